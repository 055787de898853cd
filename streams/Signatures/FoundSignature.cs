namespace Handcarry.Streams.Signatures;

/// <summary>A signature that was found.</summary>
/// <param name="Bytes">The signature as it is stored.</param>
/// <param name="From">Where it was found: URLs and paths, the first first. The same bytes are found in several stores as a rule.</param>
/// <param name="Verdict">What <see cref="ReleaseSignature.Verify"/> says of it; null when there were no keyrings to ask.</param>
public sealed record FoundSignature(ReadOnlyMemory<byte> Bytes, IReadOnlyList<string> From, SignatureVerdict? Verdict);
