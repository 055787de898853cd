using Handcarry.Streams.Signatures;

namespace Handcarry.Actors.Cluster;

/// <summary>What became of verifying a bundle's release.</summary>
/// <param name="Commitment">The bundle.</param>
/// <param name="Trust">Whom the administrator trusted then.</param>
/// <param name="Signature">The verdict.</param>
public sealed record ReleaseVerdict(string Commitment, TrustSpec Trust, SignatureVerdict Signature);
