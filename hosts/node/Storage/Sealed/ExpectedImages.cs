using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Sealed;

/// <summary>The images that a bundle's store must hold, out of the documents among the node's blobs.</summary>
internal static class ExpectedImages
{
    private const int MostDocument = 8 << 20;

    /// <exception cref="ContentException">A document is not here, or does not belong to its image.</exception>
    public static async Task<IReadOnlyList<ExpectedImage>> ReadAsync(SealedBundle bundle, BlobStore blobs, CancellationToken cancellationToken)
    {
        var images = new List<ExpectedImage>(bundle.Inventory.Images.Count);
        foreach (var image in bundle.Inventory.Images)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var top = await ReadAsync(image.Manifest);
            var isList = MediaTypes.IsIndex(bundle.Inventory.Blobs[image.Manifest].MediaType);
            // A sealed store is for one architecture: of a list one instance is here.
            var manifest = isList ? await ReadAsync(Find(image, static blob => MediaTypes.IsManifest(blob.MediaType), "manifest")) : top;
            var config = ImageManifest.Parse(manifest).Config.Digest;
            images.Add(new ExpectedImage(ImageName.Parse(image.Name), isList ? top : null, manifest, await ReadAsync(Find(image, blob => blob.Digest == config, "configuration"))));
        }
        return images;

        async Task<byte[]> ReadAsync(int blob) => await blobs.ReadAllAsync(bundle.Inventory.Blobs[blob].Digest, MostDocument, cancellationToken);

        int Find(InventoryImage image, Predicate<InventoryBlob> wanted, string what)
        {
            foreach (var index in image.Blobs)
            {
                if (wanted(bundle.Inventory.Blobs[index]))
                    return index;
            }
            throw new ContentException(Reasons.InvalidBundle, $"Image {image.Name}: the bundle has no {what} of it. Build the bundle again.");
        }
    }
}
