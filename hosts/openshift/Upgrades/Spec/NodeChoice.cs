using Handcarry.Actors.Cluster;

namespace Handcarry.Hosts.OpenShift.Upgrades.Spec;

/// <summary>Which nodes must be ready before the cluster version operator is asked.</summary>
public sealed record NodeChoice
{
    /// <summary>Requirements on a node's labels, all of which it must meet; empty for all nodes.</summary>
    public IReadOnlyList<LabelRequirement> Selector { get; init; } = [];

    /// <summary>How many of them need not be ready.</summary>
    public int ToleratedUnready { get; init; }
}
