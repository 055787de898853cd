using System.Text.Json;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>What an inventory must satisfy, by itself and against metadata.json.</summary>
internal static class InventoryRules
{
    private const int MaxMediaType = 255;

    public static BundleInventory Parse(ReadOnlySpan<byte> json, BundleMetadata metadata, BundleLimits limits)
    {
        BundleInventory inventory;
        try
        {
            inventory = JsonSerializer.Deserialize(json, BundleJson.Strict.BundleInventory) ?? throw Invalid("it is null");
        }
        catch (JsonException e)
        {
            throw Invalid($"it is not the JSON it should be: {e.Message.TrimEnd('.')}", e);
        }
        CheckBlobs(inventory.Blobs, metadata, limits);
        CheckImages(inventory, metadata);
        CheckIndexes("the signatures", inventory.Signatures, inventory.Blobs.Count);
        return inventory;
    }

    private static void CheckBlobs(IReadOnlyList<InventoryBlob> blobs, BundleMetadata metadata, BundleLimits limits)
    {
        MetadataRules.CheckLimit("a number of blobs", blobs.Count, limits.Blobs);
        var seen = new HashSet<Digest> { metadata.Commitment };
        long sum = 0;
        for (var i = 0; i < blobs.Count; i++)
        {
            if (blobs[i] is not { } blob || blob.Digest == default || blob.MediaType.Length is 0 or > MaxMediaType)
                throw Invalid($"blob {i} has no digest or no media type");
            if (!seen.Add(blob.Digest))
                throw Invalid($"blob {i}, {blob.Digest}, is there twice");
            // Also keeps the sum from overflowing: it never gets above what metadata.json announces.
            if (blob.Size < 0 || blob.Size > metadata.Size - sum)
                throw Invalid($"blob {i}, {blob.Digest}, is larger than what metadata.json leaves for it");
            sum += blob.Size;
            if ((blob.Size - 1) / BlobSpec.ChunkSize >= int.MaxValue || blob.Chunks.Count != BlobSpec.ChunkCount(blob.Size))
                throw Invalid($"blob {i}, {blob.Digest}, has {blob.Chunks.Count} chunk digests, which does not fit its {blob.Size} bytes");
            if (blob.Chunks.Contains(default))
                throw Invalid($"blob {i}, {blob.Digest}, has an empty chunk digest");
        }
        if (sum != metadata.Size)
            throw Invalid($"its blobs are {sum} bytes, but metadata.json announces {metadata.Size}");
    }

    private static void CheckImages(BundleInventory inventory, BundleMetadata metadata)
    {
        if (inventory.Images.Count != metadata.Images.Count)
            throw Invalid($"it has {inventory.Images.Count} images, but metadata.json announces {metadata.Images.Count}");
        for (var i = 0; i < inventory.Images.Count; i++)
        {
            if (inventory.Images[i] is not { } image || image.Name != metadata.Images[i])
                throw Invalid($"image {i} is not the one in metadata.json, {metadata.Images[i]}");
            CheckIndexes(image.Name, image.Blobs, inventory.Blobs.Count);
            if (!image.Blobs.Contains(image.Manifest))
                throw Invalid($"{image.Name} does not list its own manifest");
            if (inventory.Blobs[image.Manifest].Digest != ImageName.Parse(image.Name).Digest)
                throw Invalid($"{image.Name} names another blob as its manifest than its digest says");
        }
    }

    private static void CheckIndexes(string what, IReadOnlyList<int> indexes, int count)
    {
        var last = -1;
        foreach (var index in indexes)
        {
            if (index <= last || index >= count)
                throw Invalid($"the blobs of {what} are not in range, ascending and each once");
            last = index;
        }
    }

    private static ContentException Invalid(string why, Exception? inner = null) =>
        new(Reasons.InvalidBundle, $"The bundle's inventory is invalid: {why}. Build the bundle again.", inner);
}
