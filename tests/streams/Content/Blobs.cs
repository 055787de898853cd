using Handcarry.Streams.Content;

namespace Handcarry.Streams.Tests.Content;

internal static class Blobs
{
    public const int Chunk = BlobSpec.ChunkSize;

    public static byte[] Bytes(int size, int seed = 1)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static BlobSpec Spec(byte[] bytes) => new(
        Digest.Of(bytes),
        bytes.Length,
        [.. Enumerable.Range(0, BlobSpec.ChunkCount(bytes.Length)).Select(i => Digest.Of(bytes.AsSpan(i * Chunk, Math.Min(Chunk, bytes.Length - i * Chunk))))]);

    public static BlobSpec WithoutChunks(byte[] bytes) => new(Digest.Of(bytes), bytes.Length);

    public static async Task StoreAsync(BlobStore store, byte[] bytes)
    {
        await using var ingest = await store.BeginAsync(Spec(bytes), default);
        ingest!.Append(bytes.AsSpan((int)ingest.Verified));
        await ingest.CompleteAsync(default);
    }

    public static byte[] ReadAll(BlobSource source)
    {
        var bytes = new byte[source.Size];
        var at = 0;
        while (at < bytes.Length && source.Read(bytes.AsSpan(at), at) is > 0 and var read)
            at += read;
        return bytes[..at];
    }
}
