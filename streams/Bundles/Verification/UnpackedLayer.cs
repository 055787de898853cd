using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles.Verification;

/// <summary>What a layer is when decompressed.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="DiffId">Their digest.</param>
/// <param name="Failure">Why it cannot be decompressed; the rest means nothing then.</param>
internal sealed record UnpackedLayer(long Size, Digest DiffId, ContentException? Failure);
