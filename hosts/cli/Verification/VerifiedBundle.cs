using Handcarry.Streams.Bundles.Verification;
using Handcarry.Streams.Content;

namespace Handcarry.Cli.Verification;

/// <summary>What verifying a bundle found; with <c>-o json</c> exactly this is printed.</summary>
/// <param name="Version">OpenShift version; null when it cannot be read.</param>
/// <param name="Arch">Architecture; null when it cannot be read.</param>
/// <param name="Commitment">The digest that commits to all of it; null when it cannot be read.</param>
/// <param name="Files">The file or device, or the parts in order.</param>
/// <param name="BytesRead">Bytes that were read.</param>
/// <param name="Sha256">Digest of them; null when not all could be read.</param>
/// <param name="Violations">All that is wrong.</param>
/// <param name="Notes">What is worth knowing, but not wrong.</param>
internal sealed record VerifiedBundle(
    string? Version,
    string? Arch,
    Digest? Commitment,
    IReadOnlyList<string> Files,
    long BytesRead,
    Digest? Sha256,
    IReadOnlyList<BundleViolation> Violations,
    IReadOnlyList<string> Notes);
