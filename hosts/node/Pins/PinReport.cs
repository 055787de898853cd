using Handcarry.Hosts.Node.Cri;

namespace Handcarry.Hosts.Node.Pins;

/// <summary>What became of pins.</summary>
/// <param name="Effect">What was needed.</param>
/// <param name="Findings">Images that the runtime does not call pinned, and files in the way; empty when all is well.</param>
public sealed record PinReport(PinEffect Effect, IReadOnlyList<ImageFinding> Findings);
