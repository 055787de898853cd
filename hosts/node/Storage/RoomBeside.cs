using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Cri.Records;
using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage;

/// <summary>
/// Makes room at the first path for another store. What is seen there steps aside; for that, what is seen at the second path goes if nothing stands on it. If something does, and nothing
/// stands on what is at the first path, as when a release was loaded and never run, the next store takes its place. Otherwise neither goes: a container would lose its files, and one
/// record of the runtime without its layers makes every listing of images fail (reference/container-storage.md D4).
/// </summary>
/// <param name="paths">Both paths.</param>
/// <param name="main">The runtime's own storage as this process sees it; null when none is known, then nothing stands on anything.</param>
/// <param name="records">Removes records that need not be there.</param>
/// <param name="emptySecond">Has nothing be seen at the second path.</param>
internal sealed class RoomBeside(StorePaths paths, string? main, SpareRecords records, Action emptySecond)
{
    /// <summary>Removes records of the runtime that are in the way and that nothing needs.</summary>
    /// <param name="next">The folder of the store that is to be seen.</param>
    /// <param name="needed">Names of its images.</param>
    /// <param name="cancellationToken">Stops between two images.</param>
    public async ValueTask ClearAsync(string next, IReadOnlySet<string> needed, CancellationToken cancellationToken)
    {
        if (main is null || !Directory.Exists(main) || StoreSkeleton.IsEmpty(paths.First))
            return;
        if (!paths.HasSecond)
            await records.RemoveAsync(() => StandingOnFirst(next, needed), cancellationToken);
        else if (!StoreSkeleton.IsEmpty(paths.Second) && !await records.RemoveAsync(() => Find(paths.Second, [paths.First, next], needed), cancellationToken))
            await records.RemoveAsync(() => Find(paths.First, [paths.Second, next], needed), cancellationToken);
    }

    /// <summary>Makes room; done when there is.</summary>
    /// <param name="next">The folder of the store that is to be seen.</param>
    /// <param name="needed">Names of its images.</param>
    /// <param name="what">The store in words, at the beginning of a sentence.</param>
    /// <exception cref="LoadException"><see cref="Reasons.StoreInUse"/>, or the records cannot be read.</exception>
    public void Make(string next, IReadOnlySet<string> needed, string what)
    {
        if (StoreSkeleton.IsEmpty(paths.First))
            return;
        try
        {
            if (!paths.HasSecond)
                Refuse(StandingOnFirst(next, needed), what, $"what is at {paths.First}", "There is no second path on this node: arm it again, and both are seen.");
            else if (StoreSkeleton.IsEmpty(paths.Second))
                paths.Exchange();
            else
                MakeOfTwo(next, needed, what);
        }
        catch (RuntimeException e)
        {
            throw new LoadException(e.Reason, e.Message, e);
        }
    }

    private void MakeOfTwo(string next, IReadOnlySet<string> needed, string what)
    {
        var onSecond = Find(paths.Second, [paths.First, next], needed);
        if (onSecond.None)
        {
            emptySecond();
            paths.Exchange();
            return;
        }
        if (Find(paths.First, [paths.Second, next], needed) is { None: false } onFirst)
            Refuse(onFirst, what, $"either store that is seen", $"{StandingOn.Of(onSecond)} stand on what is at {paths.Second}.");
    }

    /// <summary>Of a mounted store containers do not count, as it stays mounted for them; a folder would be removed.</summary>
    private StoreDependents StandingOnFirst(string next, IReadOnlySet<string> needed) => Find(paths.First, [next], needed) is var found && FileStatus.Of(paths.First) is { IsFolder: true } ? found : found with { Containers = [] };

    private StoreDependents Find(string store, IReadOnlyList<string> staying, IReadOnlySet<string> needed) =>
        main is null || !Directory.Exists(main) ? new StoreDependents([], [], []) : RetiringStore.FindDependents(store, main, staying, needed);

    private void Refuse(StoreDependents found, string what, string place, string more)
    {
        if (!found.None)
            throw new LoadException(Reasons.StoreInUse, $"{what} cannot take the place of {place}: {StandingOn.Of(found)} of the runtime's own storage {main} stand on layers that only {paths.First} has, and without those the runtime would list no image at all. {more} Remove them by crictl rm and crictl rmi, or let their pods end; it is tried again.");
    }
}
