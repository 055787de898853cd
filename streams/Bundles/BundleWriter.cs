using System.Buffers;
using System.Security.Cryptography;
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
    /// <param name="unpackedSize">Sum of the sizes of all distinct layers when decompressed, in bytes.</param>
    /// <param name="openBlob">Opens a blob for reading from its start; disposed here.</param>
    /// <param name="output">Receives the archive.</param>
    /// <param name="ct">Stops between two pieces of 1 MiB.</param>
    /// <returns>The inventory that was written.</returns>
    /// <exception cref="ContentException">
    /// <see cref="Reasons.DigestMismatch"/> or <see cref="Reasons.SizeMismatch"/>: a blob is not what the plan says;
    /// <see cref="Reasons.InvalidBundle"/>: no reader would take the bundle, for example because its version is no semantic version.
    /// </exception>
    public static async Task<BundleInventory> WriteAsync(
        BundlePlan plan, long unpackedSize, Func<Digest, Stream> openBlob, Stream output, CancellationToken ct)
    {
        var layout = BundleLayout.Of(plan);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var front = layout.Front(await ChunksAsync(plan, openBlob, buffer, ct), unpackedSize);
            await output.WriteAsync(front.Bytes, ct);
            for (var i = 0; i < plan.Blobs.Count; i++)
            {
                var blob = plan.Blobs[i];
                await output.WriteAsync(layout.HeaderOf(i), ct);
                await using (var source = openBlob(blob.Digest))
                    await ReadAsync(source, blob, buffer, piece => output.WriteAsync(piece, ct), ct);
                await output.WriteAsync(new byte[UstarHeader.Padding(blob.Size)], ct);
            }
            await output.WriteAsync(new byte[UstarHeader.EndBytes], ct);
            await output.FlushAsync(ct);
            return front.Inventory;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<IReadOnlyList<IReadOnlyList<Digest>>> ChunksAsync(
        BundlePlan plan, Func<Digest, Stream> openBlob, byte[] buffer, CancellationToken ct)
    {
        var digests = new IReadOnlyList<Digest>[plan.Blobs.Count];
        for (var i = 0; i < digests.Length; i++)
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
            digests[i] = chunks.Digests;
        }
        return digests;
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
}
