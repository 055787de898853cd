using Handcarry.Actors.Cluster;

namespace Handcarry.Actors.Protocol;

/// <summary>A bundle and what was found about it.</summary>
/// <param name="Version">OpenShift version; empty for a medium that cannot be read as a bundle.</param>
/// <param name="Arch">Architecture as release names spell it.</param>
/// <param name="Commitment">Digest of the inventory.</param>
/// <param name="Node">Node that has it; empty when it is not on a medium at the site.</param>
/// <param name="Medium">The medium, for people; empty in the same case.</param>
/// <param name="Findings">What was found, refusals first.</param>
public sealed record JudgedBundle(string Version, string Arch, string Commitment, string Node, string Medium, IReadOnlyList<Finding> Findings)
{
    /// <summary>How many of the findings keep it from being used, those that were left out among them.</summary>
    public int Refusals { get; init; }

    /// <summary>How many are warnings, in the same way.</summary>
    public int Warnings { get; init; }
}
