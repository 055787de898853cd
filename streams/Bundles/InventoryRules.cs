using System.Text.Json;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>What an inventory must satisfy, by itself and against metadata.json.</summary>
internal static class InventoryRules
{
    private const int MaxMediaType = 255;

    /// <summary>Checked against the metadata.json it came with.</summary>
    public static BundleInventory Parse(ReadOnlySpan<byte> json, BundleMetadata metadata, BundleLimits limits)
    {
        var inventory = Parse(json, metadata.Commitment, limits);
        if (BundleMetadata.Of(inventory, metadata.Commitment, json.Length).DifferenceTo(metadata) is { } member)
            throw Invalid($"it says something else than \"{member}\" in metadata.json");
        return inventory;
    }

    /// <summary>Checked by itself: what a node does with one that it drew from another.</summary>
    public static BundleInventory Parse(ReadOnlySpan<byte> json, Digest commitment, BundleLimits limits)
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
        CheckBlobs(inventory.Blobs, commitment, limits);
        CheckImages(inventory, limits);
        CheckIndexes("the signatures", inventory.Signatures, inventory.Blobs.Count);
        CheckAttachments(inventory, limits);
        if (inventory.SealedStore is { } store ? inventory.Store == StoreKind.Layers || store != inventory.Blobs.Count - 1 : inventory.Store != StoreKind.Layers)
            throw Invalid("its sealed store is not where it should be");
        MetadataRules.Check(BundleMetadata.Of(inventory, commitment, json.Length), limits);
        return inventory;
    }

    private static void CheckBlobs(IReadOnlyList<InventoryBlob> blobs, Digest commitment, BundleLimits limits)
    {
        MetadataRules.CheckLimit("a number of blobs", blobs.Count, limits.Blobs);
        var seen = new HashSet<Digest> { commitment };
        long sum = 0;
        for (var i = 0; i < blobs.Count; i++)
        {
            if (blobs[i] is not { } blob || blob.Digest == default || blob.MediaType.Length is 0 or > MaxMediaType)
                throw Invalid($"blob {i} has no digest or no media type");
            if (!seen.Add(blob.Digest))
                throw Invalid($"blob {i}, {blob.Digest}, is there twice");
            if (blob.Size < 0 || blob.Size > long.MaxValue - sum)
                throw Invalid($"blob {i}, {blob.Digest}, has an impossible size");
            sum += blob.Size;
            if ((blob.Size - 1) / BlobSpec.ChunkSize >= int.MaxValue || blob.Chunks.Count != BlobSpec.ChunkCount(blob.Size))
                throw Invalid($"blob {i}, {blob.Digest}, has {blob.Chunks.Count} chunk digests, which does not fit its {blob.Size} bytes");
            if (blob.Chunks.Contains(default))
                throw Invalid($"blob {i}, {blob.Digest}, has an empty chunk digest");
        }
    }

    private static void CheckImages(BundleInventory inventory, BundleLimits limits)
    {
        MetadataRules.CheckLimit("a number of images", inventory.Images.Count, limits.Images);
        for (var i = 0; i < inventory.Images.Count; i++)
        {
            if (inventory.Images[i] is not { } image || !ImageName.TryParse(image.Name, out var name))
                throw Invalid($"image {i} has no name by digest");
            CheckIndexes(image.Name, image.Blobs, inventory.Blobs.Count);
            if (!image.Blobs.Contains(image.Manifest))
                throw Invalid($"{image.Name} does not list its own manifest");
            if (inventory.Blobs[image.Manifest].Digest != name.Digest)
                throw Invalid($"{image.Name} names another blob as its manifest than its digest says");
        }
        if (inventory.Release < 0 || inventory.Release >= inventory.Images.Count)
            throw Invalid("its release is none of its images");
        CheckIndexes("the extra images", inventory.Extra, inventory.Images.Count);
    }

    private static void CheckAttachments(BundleInventory inventory, BundleLimits limits)
    {
        MetadataRules.CheckLimit("a number of attachments", inventory.Attachments.Count, limits.Images);
        for (var i = 0; i < inventory.Attachments.Count; i++)
        {
            if (inventory.Attachments[i] is not { } attachment || !ImageName.TryParse(attachment.Subject, out _))
                throw Invalid($"attachment {i} has no subject by digest");
            CheckIndexes($"the attachment of {attachment.Subject}", attachment.Blobs, inventory.Blobs.Count);
            if (!attachment.Blobs.Contains(attachment.Manifest))
                throw Invalid($"the attachment of {attachment.Subject} does not list its own manifest");
        }
    }

    private static void CheckIndexes(string what, IReadOnlyList<int> indexes, int count)
    {
        var last = -1;
        foreach (var index in indexes)
        {
            if (index <= last || index >= count)
                throw Invalid($"the indexes of {what} are not in range, ascending and each once");
            last = index;
        }
    }

    private static ContentException Invalid(string why, Exception? inner = null) =>
        new(Reasons.InvalidBundle, $"The bundle's inventory is invalid: {why}. Build the bundle again.", inner);
}
