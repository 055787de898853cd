using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>What goes into a bundle, in order. Made by <see cref="BundlePlanner"/>; the same contents always give the same plan.</summary>
public sealed record BundlePlan
{
    /// <summary>The blobs in tar order, each once.</summary>
    public IReadOnlyList<Descriptor> Blobs { get; }

    /// <summary>The images in the order in which they become complete, with indexes into <see cref="Blobs"/>.</summary>
    public IReadOnlyList<InventoryImage> Images { get; }

    /// <summary>Indexes of the release's signatures.</summary>
    public IReadOnlyList<int> Signatures { get; }

    /// <summary>The sigstore attachments, with indexes into <see cref="Blobs"/>, in the order of their subjects.</summary>
    public IReadOnlyList<InventoryAttachment> Attachments { get; }

    /// <summary>Index of the sealed store, always the last blob; null when there is none.</summary>
    public int? SealedStore => Contents.SealedStore is null ? null : Blobs.Count - 1;

    /// <summary>What was planned; its lists sorted.</summary>
    public BundleContents Contents { get; }

    /// <summary>Sum of the sizes of all blobs in bytes.</summary>
    public long Size => Blobs.Sum(static blob => blob.Size);

    internal BundlePlan(
        BundleContents contents,
        IReadOnlyList<Descriptor> blobs,
        IReadOnlyList<InventoryImage> images,
        IReadOnlyList<int> signatures,
        IReadOnlyList<InventoryAttachment> attachments)
    {
        Contents = contents;
        Blobs = blobs;
        Images = images;
        Signatures = signatures;
        Attachments = attachments;
    }
}
