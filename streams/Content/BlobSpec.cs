namespace Handcarry.Streams.Content;

/// <summary>What is known of a blob before its first byte arrives.</summary>
/// <param name="Digest">Digest of all its bytes.</param>
/// <param name="Size">Length in bytes, 0 or more.</param>
/// <param name="Chunks">
/// Digests of its consecutive chunks of <see cref="ChunkSize"/> bytes (the last one shorter), or empty when the blob is not larger than
/// one chunk. With them a part of the blob can be verified, kept and passed on before the whole has arrived.
/// </param>
public sealed record BlobSpec(Digest Digest, long Size, IReadOnlyList<Digest> Chunks)
{
    /// <summary>Bytes per chunk: 4 MiB (DESIGN, "Ways to load images").</summary>
    public const int ChunkSize = 4 << 20;

    /// <summary>A blob of which only the digest and the size are known.</summary>
    public BlobSpec(Digest digest, long size)
        : this(digest, size, [])
    {
    }

    /// <summary>How many chunk digests a blob of <paramref name="size"/> bytes carries: none up to one chunk.</summary>
    public static int ChunkCount(long size) => size <= ChunkSize ? 0 : checked((int)((size + ChunkSize - 1) / ChunkSize));
}
