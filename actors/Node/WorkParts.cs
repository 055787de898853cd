using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Node;

/// <summary>What the importer is told of a node's work, whose inventory is here.</summary>
internal static class WorkParts
{
    /// <summary>The images of the bundle.</summary>
    public static IReadOnlyList<ImageName> ImagesOf(this NodeWork work) => [.. work.Inventory!.Images.Select(static image => ImageName.Parse(image.Name))];

    /// <summary>One of them.</summary>
    public static StoreImage ImageOf(this NodeWork work, int index)
    {
        var image = work.Inventory!.Images[index];
        var manifest = work.Inventory.Blobs[image.Manifest];
        return new StoreImage(ImageName.Parse(image.Name), manifest.MediaType, manifest.Size);
    }

    /// <summary>The bundle as the sealed stores know it.</summary>
    public static SealedBundle SealedOf(this NodeWork work) => new(Digest.Parse(work.Bundle.Commitment), work.Inventory!);
}
