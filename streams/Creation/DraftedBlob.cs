using Handcarry.Streams.Content;

namespace Handcarry.Streams.Creation;

/// <summary>What a draft's journal knows of a blob.</summary>
/// <param name="Chunks">Digests of the chunks that were written, from the start.</param>
/// <param name="IsStored">All of it was written, and hashed to its digest.</param>
/// <param name="UnpackedSize">Of a layer: its size when decompressed, in bytes, once it has been.</param>
internal sealed record DraftedBlob(List<Digest> Chunks, bool IsStored, long? UnpackedSize)
{
    public static DraftedBlob Nothing => new([], false, null);

    /// <summary>The same with one more chunk. The list is shared: a release has thousands of chunks, and nobody looks back.</summary>
    public DraftedBlob With(Digest chunk)
    {
        Chunks.Add(chunk);
        return this;
    }
}
