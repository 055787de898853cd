using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>One blob of a bundle.</summary>
/// <param name="MediaType">Its OCI or Docker media type.</param>
/// <param name="Digest">Digest of its bytes.</param>
/// <param name="Size">Length in bytes.</param>
/// <param name="Chunks">Digests of its 4 MiB chunks; empty when it is not larger than one chunk. See <see cref="BlobSpec"/>.</param>
public sealed record InventoryBlob(string MediaType, Digest Digest, long Size, IReadOnlyList<Digest> Chunks)
{
    /// <summary>The same as the blob store wants it.</summary>
    public BlobSpec ToSpec() => new(Digest, Size, Chunks);
}
