using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>
/// Writes a bundle: a ustar archive that is an OCI image layout as well. The same plan and blobs give the same bytes, always.
/// </summary>
public static class BundleWriter
{
    private const int BufferSize = 1 << 20;

    /// <summary>
    /// Writes the bundle to <paramref name="output"/>, which need not seek and stays the caller's. Blobs larger than 4 MiB are read twice:
    /// their chunk digests stand in the inventory, before them. Every blob is verified; on an exception what was written is worthless.
    /// </summary>
    /// <param name="plan">What goes in, in which order.</param>
    /// <param name="openBlob">Opens a blob for reading from its start; disposed here.</param>
    /// <param name="output">Receives the archive.</param>
    /// <param name="ct">Stops between two pieces of 1 MiB.</param>
    /// <returns>The inventory that was written.</returns>
    /// <exception cref="ContentException">
    /// <see cref="Reasons.DigestMismatch"/> or <see cref="Reasons.SizeMismatch"/>: a blob is not what the plan says;
    /// <see cref="Reasons.InvalidBundle"/>: no reader would take the bundle, for example because its version is no semantic version.
    /// </exception>
    public static async Task<BundleInventory> WriteAsync(
        BundlePlan plan, Func<Digest, Stream> openBlob, Stream output, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var inventory = new BundleInventory
            {
                Blobs = await InventoryBlobsAsync(plan, openBlob, buffer, ct),
                Images = plan.Images,
                Signatures = plan.Signatures,
            };
            var inventoryJson = JsonSerializer.SerializeToUtf8Bytes(inventory, BundleJson.Strict.BundleInventory);
            var metadata = MetadataOf(plan, inventoryJson);
            var metadataJson = JsonSerializer.SerializeToUtf8Bytes(metadata, BundleJson.Strict.BundleMetadata);
            // What the reader would refuse must never reach a medium. Its limits are the reader's business.
            var limits = new BundleLimits { Blobs = int.MaxValue, Images = int.MaxValue, InventoryBytes = int.MaxValue };
            InventoryRules.Parse(inventoryJson, MetadataRules.Parse(metadataJson, limits), limits);

            await EntryAsync(output, EntryName.Metadata, metadataJson, ct);
            await EntryAsync(output, EntryName.Of(metadata.Commitment), inventoryJson, ct);
            await EntryAsync(output, EntryName.Layout, """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray(), ct);
            await EntryAsync(output, EntryName.Index, IndexOf(plan), ct);
            foreach (var blob in plan.Blobs)
            {
                await HeaderAsync(output, EntryName.Of(blob.Digest), blob.Size, ct);
                await using (var source = openBlob(blob.Digest))
                    await ReadAsync(source, blob, buffer, piece => output.WriteAsync(piece, ct), ct);
                await output.WriteAsync(new byte[UstarHeader.Padding(blob.Size)], ct);
            }
            await output.WriteAsync(new byte[UstarHeader.EndBytes], ct);
            await output.FlushAsync(ct);
            return inventory;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static BundleMetadata MetadataOf(BundlePlan plan, byte[] inventoryJson) => new()
    {
        Format = BundleMetadata.CurrentFormat,
        Version = plan.Contents.Version,
        Arch = plan.Contents.Arch,
        Size = plan.Size,
        UnpackedSize = plan.Contents.UnpackedSize,
        Release = plan.Contents.Release.ToString(),
        Images = [.. plan.Images.Select(static image => image.Name)],
        Previous = plan.Contents.Previous,
        Channels = plan.Contents.Channels,
        Extra = [.. plan.Contents.Extra.Select(static name => name.ToString())],
        Commitment = Digest.Of(inventoryJson),
        InventorySize = inventoryJson.Length,
    };

    private static byte[] IndexOf(BundlePlan plan) => JsonSerializer.SerializeToUtf8Bytes(
        new LayoutIndex(2, MediaTypes.OciIndex, [.. plan.Images.Select(image =>
        {
            var manifest = plan.Blobs[image.Manifest];
            return new LayoutImage(manifest.MediaType, manifest.Digest, manifest.Size, new LayoutAnnotations(image.Name));
        })]),
        BundleJson.Strict.LayoutIndex);

    private static async Task<IReadOnlyList<InventoryBlob>> InventoryBlobsAsync(
        BundlePlan plan, Func<Digest, Stream> openBlob, byte[] buffer, CancellationToken ct)
    {
        var blobs = new InventoryBlob[plan.Blobs.Count];
        for (var i = 0; i < blobs.Length; i++)
        {
            var blob = plan.Blobs[i];
            using var chunks = new ChunkDigests(blob.Size);
            if (chunks.Count > 0)
            {
                await using var source = openBlob(blob.Digest);
                await ReadAsync(
                    source,
                    blob,
                    buffer,
                    piece =>
                    {
                        chunks.Append(piece.Span);
                        return ValueTask.CompletedTask;
                    },
                    ct);
            }
            blobs[i] = new InventoryBlob(blob.MediaType, blob.Digest, blob.Size, chunks.Digests);
        }
        return blobs;
    }

    // Reads a blob to its end and makes sure that it is the one it should be.
    private static async Task ReadAsync(
        Stream source, Descriptor blob, byte[] buffer, Func<ReadOnlyMemory<byte>, ValueTask> take, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long length = 0;
        for (int read; (read = await source.ReadAsync(buffer, ct)) > 0;)
        {
            length += read;
            if (length > blob.Size)
                break;
            hash.AppendData(buffer, 0, read);
            await take(buffer.AsMemory(0, read));
        }
        if (length != blob.Size)
            throw Wrong(Reasons.SizeMismatch, blob, length > blob.Size ? $"is longer than its {blob.Size} bytes" : $"ends after {length} of {blob.Size} bytes");
        if (Digest.FromHash(hash.GetHashAndReset()) != blob.Digest)
            throw Wrong(Reasons.DigestMismatch, blob, "has other bytes than its digest says");
    }

    private static ContentException Wrong(string reason, Descriptor blob, string what) =>
        new(reason, $"Blob {blob.Digest} {what}. Fetch it again before building the bundle.") { Digest = blob.Digest };

    private static async Task EntryAsync(Stream output, string name, byte[] data, CancellationToken ct)
    {
        await HeaderAsync(output, name, data.Length, ct);
        await output.WriteAsync(data, ct);
        await output.WriteAsync(new byte[UstarHeader.Padding(data.Length)], ct);
    }

    private static ValueTask HeaderAsync(Stream output, string name, long size, CancellationToken ct)
    {
        var block = new byte[UstarHeader.Block];
        new UstarHeader(name, size).Write(block);
        return output.WriteAsync(block, ct);
    }
}
