using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Arming;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Pins;

/// <summary>The configuration of this node's runtime: whether it is armed, what it keeps, and when it was started anew.</summary>
/// <param name="arming">Whether the node is armed.</param>
/// <param name="pins">Pins in this kind of runtime.</param>
/// <param name="documents">The bundles' documents.</param>
/// <param name="setsFile">Where is kept what is pinned for which bundle.</param>
/// <param name="watch">Hears of restarts.</param>
public sealed class RuntimeConfig(INodeArmed arming, IPins pins, BundleImages documents, string setsFile, RuntimeWatch watch) : IRuntimeConfig
{
    private readonly PinSets _sets = new(setsFile);

    /// <inheritdoc/>
    public ValueTask<Remark?> FaultAsync(CancellationToken cancellationToken) => arming.LookAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<PinState> PinAsync(string set, IReadOnlyList<ImageName> images, CancellationToken cancellationToken) => await ToldAsync(async () =>
    {
        var wanted = new List<WantedImage>();
        foreach (var name in images)
            wanted.Add(await documents.WantedAsync(name, cancellationToken));
        var report = await ChangeAsync(sets => sets[set] = wanted, cancellationToken);
        var more = report.Findings.Count - 1;
        return report.Findings is [{ } first, ..]
            ? new PinState(false, new Remark(first.Reason, more == 0 ? first.Message : $"{first.Message} {more} more images are in the same state."))
            : new PinState(true, null);
    });

    /// <inheritdoc/>
    public async ValueTask KeepOnlyAsync(string set, CancellationToken cancellationToken) => await ToldAsync(async () => await ChangeAsync(
        sets =>
        {
            foreach (var other in sets.Keys.Where(other => other != set).ToList())
                sets.Remove(other);
        },
        cancellationToken));

    /// <inheritdoc/>
    public Task RestartedAsync(CancellationToken cancellationToken) => watch.RestartedAsync(cancellationToken);

    // Pins are set before others are let go of, and sets are forgotten last: a crash in between leaves too much pinned, never too little.
    private async ValueTask<PinReport> ChangeAsync(Action<Dictionary<string, IReadOnlyList<WantedImage>>> change, CancellationToken cancellationToken)
    {
        var before = _sets.Read();
        var after = before.ToDictionary(StringComparer.Ordinal);
        change(after);
        var kept = after.Values.SelectMany(static set => set).Distinct().ToList();
        _sets.Write(before.Concat(after.Where(set => !before.ContainsKey(set.Key))).ToDictionary(StringComparer.Ordinal));
        var report = await pins.ApplyAsync(kept, [.. before.Values.SelectMany(static set => set).Distinct().Except(kept)], cancellationToken);
        _sets.Write(after);
        return report;
    }

    private static async ValueTask<T> ToldAsync<T>(Func<ValueTask<T>> work)
    {
        try
        {
            return await work();
        }
        catch (RuntimeException e)
        {
            throw new LoadException(e.Reason, e.Message, e);
        }
        catch (ContentException e)
        {
            throw new LoadException(e.Reason, e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LoadException(RuntimeReasons.PinsFailed, $"What is pinned cannot be written down: {e.Message} Put that right, then load again.", e);
        }
    }
}
