using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles.Verification;

/// <summary>What <c>BundleVerifier</c> found.</summary>
/// <param name="Violations">All that is wrong, by place; empty for a bundle that is as it must be.</param>
/// <param name="Notes">What is worth knowing but not wrong, sentences.</param>
/// <param name="BytesRead">Bytes that were read.</param>
public sealed record BundleVerification(IReadOnlyList<BundleViolation> Violations, IReadOnlyList<string> Notes, long BytesRead)
{
    /// <summary>The bundle; null when what stands before its blobs cannot be read, and nothing more is known.</summary>
    public BundleFile? Bundle { get; init; }

    /// <summary>SHA-256 of all that was read; null when not everything could be.</summary>
    public Digest? Sha256 { get; init; }
}
