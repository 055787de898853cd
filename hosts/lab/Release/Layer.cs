using Handcarry.Streams.Content;

namespace Handcarry.Lab.Release;

/// <summary>A gzip layer that was made.</summary>
/// <param name="Digest">Digest of the compressed bytes.</param>
/// <param name="Size">Compressed bytes.</param>
/// <param name="DiffId">Digest of the tar inside.</param>
/// <param name="UnpackedSize">Bytes of the tar inside.</param>
internal sealed record Layer(Digest Digest, long Size, Digest DiffId, long UnpackedSize);
