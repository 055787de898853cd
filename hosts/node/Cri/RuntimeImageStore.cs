using Handcarry.Actors.Node;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Cri;

/// <summary>
/// An image store of which the runtime, and not the container tools, says what it holds: an image is listed when the runtime answers for it by its release name, and for a
/// list also by the digest of this node's manifest.
/// </summary>
/// <param name="store">The store itself.</param>
/// <param name="runtime">The node's runtime.</param>
/// <param name="images">The bundles' documents.</param>
public sealed class RuntimeImageStore(IImageStore store, IContainerRuntime runtime, BundleImages images) : IImageStore
{
    /// <inheritdoc/>
    public ValueTask ImportAsync(string generation, StoreImage image, CancellationToken cancellationToken) => store.ImportAsync(generation, image, cancellationToken);

    /// <inheritdoc/>
    public ValueTask PublishAsync(string generation, CancellationToken cancellationToken) => store.PublishAsync(generation, cancellationToken);

    /// <summary>Of what is published, what the runtime has.</summary>
    /// <exception cref="LoadException">The runtime cannot be asked, sees nothing of the store, or a record of its storage is damaged: building the store again would not help.</exception>
    public async ValueTask<IReadOnlySet<string>> ListAsync(CancellationToken cancellationToken)
    {
        var published = await store.ListAsync(cancellationToken);
        var (known, findings) = await AskedImages.ForAsync(runtime, images, published.Select(ImageName.Parse), cancellationToken);
        if (findings.FirstOrDefault(static finding => finding.Reason != RuntimeReasons.ImageNotInRuntime) is { } damage)
            throw new LoadException(damage.Reason, damage.Message);
        return known.Count > 0 || published.Count == 0
            ? known
            : throw new LoadException(RuntimeReasons.ImageNotInRuntime, $"The container runtime of this node sees none of the {published.Count} published images, such as {findings[0].Image}: see with handcarry arm --dry-run whether the node is armed, and whether the runtime was restarted since.");
    }

    /// <inheritdoc/>
    public ValueTask DiscardAsync(string generation, CancellationToken cancellationToken) => store.DiscardAsync(generation, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> FreeBytesAsync(CancellationToken cancellationToken) => store.FreeBytesAsync(cancellationToken);
}
