namespace Handcarry.Actors.Cluster;

/// <summary>The DaemonSet that runs the agents, and how far it is with its newest template.</summary>
/// <param name="ResourceVersion">What a write is guarded by.</param>
/// <param name="Image">The image that it wants all agents to run.</param>
/// <param name="Renewed">The image that a supervisor has set last, whatever has become of it; empty for none.</param>
/// <param name="Before">The image that was wanted before that; empty for none.</param>
/// <param name="Observed">Whether its controller has seen what it wants.</param>
/// <param name="Nodes">How many nodes shall have an agent.</param>
/// <param name="Ready">How many have one of <paramref name="Image"/> that is ready.</param>
/// <param name="Late">Nodes that have one of <paramref name="Image"/> that is not ready, each with why, as far as the kubelet says.</param>
public sealed record FleetView(string ResourceVersion, string Image, string Renewed, string Before, bool Observed, int Nodes, int Ready, IReadOnlyList<string> Late)
{
    /// <summary>Whether every agent runs the image that is wanted.</summary>
    public bool IsComplete => Observed && Ready >= Nodes;
}
