using System.Collections.Immutable;
using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Cluster;

/// <summary>
/// How fast nodes have drawn from each other, as far as it was measured. A figure is replaced only by one that is less than half or more than
/// twice as large, so that the noise of a busy site changes no plan.
/// </summary>
public sealed record LinkBook
{
    /// <summary>
    /// Bytes per second below which a link is slow whatever the others do: a bundle of 10 GB takes longer than an hour over it.
    /// </summary>
    public const long Floor = 2 << 20;

    /// <summary>A link is slow, too, when the middle one of all that were measured is this many times as fast.</summary>
    private const int Behind = 4;

    private ImmutableSortedDictionary<(string From, string To), long> Speeds { get; init; } = ImmutableSortedDictionary<(string From, string To), long>.Empty;

    /// <summary>Nothing measured.</summary>
    public static LinkBook Empty { get; } = new();

    /// <summary>The book with what <paramref name="report"/> says.</summary>
    public LinkBook Learn(NodeReport report)
    {
        if (report.Link is not { } link)
            return this;
        var key = (link.From, report.Node);
        return Speeds.TryGetValue(key, out var known) && link.BytesPerSecond <= known * 2 && link.BytesPerSecond >= known / 2
            ? this
            : this with { Speeds = Speeds.SetItem(key, link.BytesPerSecond) };
    }

    /// <summary>The book without a node that has gone: when it is back it is measured anew.</summary>
    public LinkBook Forget(string node) =>
        Speeds.Keys.Where(key => key.From == node || key.To == node).ToList() is { Count: > 0 } gone ? this with { Speeds = Speeds.RemoveRange(gone) } : this;

    /// <summary>The fastest that <paramref name="node"/> has drawn from anybody, when that is slow; null when it is not, or not known.</summary>
    public long? SlowIntake(string node)
    {
        var drawn = Speeds.Where(speed => speed.Key.To == node && !IsSlowSender(speed.Key.From)).Select(speed => speed.Value).ToList();
        return drawn.Count > 0 && drawn.TrueForAll(IsSlow) ? drawn.Max() : null;
    }

    /// <summary>Whether two nodes or more have drawn from <paramref name="node"/>, and all of them slowly. One alone may be slow itself.</summary>
    public bool IsSlowSender(string node)
    {
        var sent = Speeds.Where(speed => speed.Key.From == node).Select(speed => speed.Value).ToList();
        return sent.Count > 1 && sent.TrueForAll(IsSlow);
    }

    private bool IsSlow(long speed) => speed < Floor || (Speeds.Count > 2 && speed < Speeds.Values.Order().ElementAt(Speeds.Count / 2) / Behind);
}
