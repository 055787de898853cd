using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Cluster;

/// <summary>Has the cluster keep the images of a bundle, which are read from this node's blobs.</summary>
/// <param name="blobs">This node's blobs.</param>
/// <param name="limits">What an inventory may be.</param>
/// <param name="sets">The cluster's way to keep them.</param>
public sealed class ReleasePins(BlobStore blobs, BundleLimits limits, IPinnedImageSets sets)
{
    /// <inheritdoc cref="IPinnedImageSets.PinAsync"/>
    /// <exception cref="ContentException">The bundle is not whole on this node.</exception>
    public async ValueTask<PinnedSets> PinAsync(BundleView bundle, IReadOnlyList<string> nodes, IFence fence, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        var inventory = await InventoryFile.ReadAsync(blobs, Digest.Parse(bundle.Commitment), limits, cancellationToken);
        return await sets.PinAsync(bundle.Commitment, [.. inventory.Images.Select(image => image.Name)], nodes, fence, cancellationToken);
    }

    /// <inheritdoc cref="IPinnedImageSets.KeepOnlyAsync"/>
    public ValueTask KeepOnlyAsync(string commitment, IFence fence, CancellationToken cancellationToken) => sets.KeepOnlyAsync(commitment, fence, cancellationToken);

    /// <inheritdoc cref="IPinnedImageSets.DropAsync"/>
    public ValueTask DropAsync(string commitment, IFence fence, CancellationToken cancellationToken) => sets.DropAsync(commitment, fence, cancellationToken);
}
