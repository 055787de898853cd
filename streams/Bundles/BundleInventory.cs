using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>
/// Every blob of a bundle in the order of the tar, and which blobs make up which image. It is itself a blob, named by
/// <see cref="BundleMetadata.Commitment"/>, so whoever trusts that digest trusts all of it. Nodes speak of blobs by their index here.
/// </summary>
public sealed record BundleInventory
{
    /// <summary>Media type of the serialized form.</summary>
    public const string MediaType = "application/vnd.handcarry.inventory.v1+json";

    /// <summary>The blobs in tar order: manifests, configs and signatures first, then layers, what completes an image soonest first.</summary>
    public required IReadOnlyList<InventoryBlob> Blobs { get; init; }

    /// <summary>The images in the order in which they become complete.</summary>
    public required IReadOnlyList<InventoryImage> Images { get; init; }

    /// <summary>Indexes into <see cref="Blobs"/> of the release's GPG signatures (reference/openshift.md section 2.1).</summary>
    public IReadOnlyList<int> Signatures { get; init; } = [];
}
