using Handcarry.Actors.Node;
using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Cri.Records;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Sealed;

/// <summary>
/// Looks, before another store takes the place of the one that the runtime sees, whether images that the runtime has recorded in its own storage stand on layers that only the old one
/// has: a single such record makes every listing of images fail (reference/container-storage.md D4). Containers do not count: the old store stays mounted for them.
/// </summary>
internal static class ReplacedStore
{
    /// <param name="options">Where the stores are.</param>
    /// <param name="next">The store that is to be seen.</param>
    /// <param name="images">Names of the images that it is published for.</param>
    /// <exception cref="LoadException"><see cref="Reasons.StoreInUse"/>, or the records cannot be read.</exception>
    public static void Check(SealedStoresOptions options, SealedFolder next, IEnumerable<string> images)
    {
        var main = HostPath.Below(options.Root, options.RuntimeStorage);
        if (!Directory.Exists(main) || !Directory.Exists(options.StorePath))
            return;
        try
        {
            var found = RetiringStore.FindDependents(options.StorePath, main, [next.Mount], images.ToHashSet(StringComparer.Ordinal)) with { Containers = [] };
            if (!found.None)
                throw new LoadException(Reasons.StoreInUse, $"The sealed store {next.Store.Short} cannot take the place of what is at {options.StorePath}: {StandingOn.Of(found)} of the runtime's own storage {main} stand on layers that only the old store has, and without those the runtime would list no image at all. Remove them by crictl rmi, with the pods that use them; it is tried again.");
        }
        catch (RuntimeException e)
        {
            throw new LoadException(e.Reason, e.Message, e);
        }
    }
}
