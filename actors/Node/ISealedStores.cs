namespace Handcarry.Actors.Node;

/// <summary>
/// The sealed stores of a node (DESIGN, "Ways to load images"): squashfs files among its blobs, each mounted at a folder of its own, of which one is at the
/// path where the container runtime looks. Every call may be repeated, also after a crash within it, and goes on from what it finds.
/// </summary>
public interface ISealedStores
{
    /// <summary>Mounts the bundle's store, read-only, where the runtime does not look, so that it is mounted again when the node starts. Null when that is done.</summary>
    /// <returns>
    /// What is wrong when the store's blob is not there as it should be, and has to be drawn again; or when its proof has failed before, and the bytes are still the same.
    /// </returns>
    /// <exception cref="LoadException">It could not be mounted.</exception>
    ValueTask<StoreFault?> MountAsync(SealedBundle bundle, CancellationToken cancellationToken);

    /// <summary>Proves every layer of the mounted store against the bundle's images, with what the node does not need otherwise. How it ended is remembered.</summary>
    /// <returns>What is wrong with the store; null when it holds. A damaged blob is not among the node's blobs any longer.</returns>
    /// <exception cref="LoadException">The proof could not be made, which says nothing about the store.</exception>
    ValueTask<StoreFault?> ProveAsync(SealedBundle bundle, IProgress<StoreProgress> progress, CancellationToken cancellationToken);

    /// <summary>Has the runtime see the mounted store, in one step. What it saw before it goes on seeing beside it, until that is retired; what it saw beside that goes first.</summary>
    /// <exception cref="LoadException">The store is not mounted, something stands on both stores that the runtime sees, or the path could not be changed.</exception>
    ValueTask PublishAsync(SealedBundle bundle, CancellationToken cancellationToken);

    /// <summary>Has the runtime see what it saw before the store was published, in one step; nothing happens when it does not see the store.</summary>
    /// <exception cref="LoadException">The path could not be changed.</exception>
    ValueTask WithdrawAsync(SealedBundle bundle, CancellationToken cancellationToken);

    /// <summary>Unmounts every store but that of <paramref name="current"/> and those that the runtime sees and that were proved; withdraws what it sees unproved.</summary>
    /// <param name="current">The bundle that the node works on.</param>
    /// <param name="superseded">Whether the cluster runs what was published last, so that what the runtime sees beside it is not needed any longer, except by containers.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <returns>Sentences that say which stores have to stay for now, and why.</returns>
    /// <exception cref="LoadException">A store could not be withdrawn.</exception>
    ValueTask<IReadOnlyList<string>> RetireAsync(SealedBundle? current, bool superseded, CancellationToken cancellationToken);
}
