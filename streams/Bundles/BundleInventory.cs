using System.Text.Json.Serialization;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>
/// Every blob of a bundle in the order of the tar, which blobs make up which image, and all facts that <c>metadata.json</c> repeats. It is
/// itself a blob, named by <see cref="BundleMetadata.Commitment"/>, so whoever trusts that digest trusts all of it. Nodes speak of blobs by
/// their index here.
/// </summary>
public sealed record BundleInventory
{
    /// <summary>Media type of the serialized form.</summary>
    public const string MediaType = "application/vnd.handcarry.inventory.v1+json";

    /// <summary>See <see cref="BundleMetadata.Version"/>.</summary>
    public required string Version { get; init; }

    /// <summary>See <see cref="BundleMetadata.Arch"/>.</summary>
    public required string Arch { get; init; }

    /// <summary>See <see cref="BundleMetadata.UnpackedSize"/>.</summary>
    public required long UnpackedSize { get; init; }

    /// <summary>See <see cref="BundleMetadata.Store"/>.</summary>
    public required StoreKind Store { get; init; }

    /// <summary>See <see cref="BundleMetadata.Previous"/>.</summary>
    public required IReadOnlyList<string> Previous { get; init; }

    /// <summary>See <see cref="BundleMetadata.Channels"/>.</summary>
    public required IReadOnlyList<string> Channels { get; init; }

    /// <summary>
    /// The blobs in tar order: manifests, configs and signatures first, then layers, what completes an image soonest first, then the sealed store.
    /// </summary>
    public required IReadOnlyList<InventoryBlob> Blobs { get; init; }

    /// <summary>The images in the order in which they become complete.</summary>
    public required IReadOnlyList<InventoryImage> Images { get; init; }

    /// <summary>Index of the release image in <see cref="Images"/>.</summary>
    public required int Release { get; init; }

    /// <summary>Indexes of those of <see cref="Images"/> that are not part of the release, ascending.</summary>
    public required IReadOnlyList<int> Extra { get; init; }

    /// <summary>Indexes into <see cref="Blobs"/> of the release's GPG signatures (reference/openshift.md section 2.1).</summary>
    public required IReadOnlyList<int> Signatures { get; init; }

    /// <summary>The sigstore signatures of the images, as far as the registry had them.</summary>
    public required IReadOnlyList<InventoryAttachment> Attachments { get; init; }

    /// <summary>Index into <see cref="Blobs"/> of the sealed store; null when <see cref="Store"/> is layers.</summary>
    public int? SealedStore { get; init; }

    /// <summary>Sum of the sizes of all blobs, in bytes.</summary>
    [JsonIgnore]
    public long Size => Blobs.Sum(static blob => blob.Size);
}
