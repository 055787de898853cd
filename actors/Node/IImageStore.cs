namespace Handcarry.Actors.Node;

/// <summary>
/// The store from which the node's container runtime takes images. Images are brought into a staging area first and become visible
/// to the runtime all at once: a half-imported store must never be seen (reference/container-storage.md section 0, fact 4).
/// </summary>
public interface IImageStore
{
    /// <summary>
    /// Brings one image into the staging area of <paramref name="generation"/>. All its blobs are in the node's blob store. Doing it again is harmless.
    /// Throws <see cref="LoadException"/>.
    /// </summary>
    ValueTask ImportAsync(string generation, StoreImage image, CancellationToken cancellationToken);

    /// <summary>Makes everything imported into the staging area durable, then publishes it in one step. Doing it again is harmless.</summary>
    ValueTask PublishAsync(string generation, CancellationToken cancellationToken);

    /// <summary>Names by digest of the images that the runtime can use now: what is published, as the container tools see it.</summary>
    ValueTask<IReadOnlySet<string>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Removes the staging area of <paramref name="generation"/>; what is published stays.</summary>
    ValueTask DiscardAsync(string generation, CancellationToken cancellationToken);

    /// <summary>Bytes free on the file system of the store.</summary>
    ValueTask<long> FreeBytesAsync(CancellationToken cancellationToken);
}
