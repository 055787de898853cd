using System.Collections.Immutable;
using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Cluster;

/// <summary>
/// How fast nodes have drawn from each other, as far as it was measured. A figure is replaced only by one that is less than half or more than
/// twice as large, so that the noise of a busy site changes no plan.
/// </summary>
public sealed class LinkBook
{
    /// <summary>
    /// Bytes per second below which a link is slow whatever the others do: a bundle of 10 GB takes longer than an hour over it.
    /// </summary>
    public const long Floor = 2 << 20;

    private readonly ImmutableSortedDictionary<(string From, string To), Speed> _speeds;
    private readonly Lazy<Verdicts> _verdicts;

    private LinkBook(ImmutableSortedDictionary<(string From, string To), Speed> speeds)
    {
        _speeds = speeds;
        _verdicts = new Lazy<Verdicts>(() => new Verdicts(speeds));
    }

    /// <summary>Nothing measured.</summary>
    public static LinkBook Empty { get; } = new(ImmutableSortedDictionary<(string From, string To), Speed>.Empty);

    /// <summary>The book with what <paramref name="report"/> says; the same one when that is no news.</summary>
    public LinkBook Learn(NodeReport report)
    {
        if (report.Link is not { } link)
            return this;
        var known = _speeds.GetValueOrDefault((link.From, report.Node));
        var (now, then) = (link.BytesPerSecond, known?.BytesPerSecond ?? 0);
        var news = known is null || now > then * 2 || (link.Behind && (!known.IsLimit || now < then / 2));
        return news ? new LinkBook(_speeds.SetItem((link.From, report.Node), new Speed(now, link.Behind))) : this;
    }

    /// <summary>The book without a node that has gone: when it is back it is measured anew.</summary>
    public LinkBook Forget(string node) =>
        _speeds.Keys.Where(key => key.From == node || key.To == node).ToList() is { Count: > 0 } gone ? new LinkBook(_speeds.RemoveRange(gone)) : this;

    /// <summary>
    /// The fastest that <paramref name="node"/> has drawn from anybody, in bytes per second, when others have shown that it can be done better, and would be held up behind it;
    /// null when they have not, or when it is not known.
    /// </summary>
    /// <remarks>
    /// Those behind the only bottleneck show it too: they report what comes while their holder has something for them. Where all links are alike nobody is slow, and nobody is moved.
    /// </remarks>
    public long? IsSlow(string node) => _verdicts.Value.Slow.TryGetValue(node, out var speed) ? speed : null;

    /// <summary>
    /// Whether <paramref name="node"/> draws from <paramref name="from"/> with less than <see cref="Floor"/>, and has not been shown to draw hardly
    /// faster from anybody else.
    /// </summary>
    public bool MayDrawFaster(string node, string from) =>
        _speeds.TryGetValue((from, node), out var slow) && slow.IsLimit && slow.BytesPerSecond < Floor
        && !_speeds.Any(speed => speed.Key.To == node && speed.Key.From != from && speed.Value.IsLimit && speed.Value.BytesPerSecond <= slow.BytesPerSecond * 2);

    /// <summary>Whether two nodes or more have drawn from <paramref name="node"/>, and all of them slowly. One alone may be slow itself.</summary>
    public bool IsSlowSender(string node) => _verdicts.Value.SlowSenders.Contains(node);

    private sealed record Speed(long BytesPerSecond, bool IsLimit);

    /// <summary>What follows from the figures; asked for each node with each report, so it is worked out once.</summary>
    private sealed class Verdicts
    {
        private readonly ImmutableSortedDictionary<(string From, string To), Speed> _speeds;

        public Verdicts(ImmutableSortedDictionary<(string From, string To), Speed> speeds)
        {
            _speeds = speeds;
            SlowSenders = speeds.GroupBy(speed => speed.Key.From, StringComparer.Ordinal)
                .Where(sent => sent.Count() > 1 && sent.All(speed => speed.Value.IsLimit && IsSlow(speed.Key.To, speed.Value, sent.Key)))
                .Select(sent => sent.Key)
                .ToHashSet(StringComparer.Ordinal);
            foreach (var drawn in speeds.Where(speed => !SlowSenders.Contains(speed.Key.From)).GroupBy(speed => speed.Key.To, StringComparer.Ordinal))
            {
                var best = drawn.Select(speed => speed.Value).MaxBy(speed => speed.BytesPerSecond)!;
                if (best.IsLimit && IsSlow(drawn.Key, best, ""))
                    Slow[drawn.Key] = best.BytesPerSecond;
            }
        }

        public HashSet<string> SlowSenders { get; }

        public Dictionary<string, long> Slow { get; } = new(StringComparer.Ordinal);

        // Two thirds: less is not worth a move.
        private bool IsSlow(string to, Speed limit, string from) =>
            limit.BytesPerSecond < Floor || _speeds.Any(speed => speed.Key.To != to && speed.Key.From != from && speed.Value.BytesPerSecond * 2 > limit.BytesPerSecond * 3);
    }
}
