using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Cluster;

/// <summary>What a bundle is judged by.</summary>
/// <param name="Spec">What the administrator wants.</param>
/// <param name="Version">The cluster version operator's object.</param>
/// <param name="Health">How the cluster is.</param>
/// <param name="Nodes">Its nodes.</param>
/// <param name="Reports">The newest report of each node, by name.</param>
public sealed record JudgedSite(
    UpgradeSpec Spec,
    ClusterVersionView Version,
    ClusterHealth Health,
    IReadOnlyCollection<ClusterNode> Nodes,
    IReadOnlyDictionary<string, NodeReport> Reports)
{
    /// <summary>What runs in the cluster.</summary>
    public WorkloadFacts Workloads { get; init; } = WorkloadFacts.None;

    /// <summary>What <paramref name="state"/> knows; null while something of it is not known.</summary>
    public static JudgedSite? Of(SupervisorState state) => state is { Spec: { } spec, Version: { } version, Health: { } health, Nodes: { } nodes }
        ? new JudgedSite(spec, version, health, [.. nodes.Values], state.Reports) { Workloads = state.Workloads ?? WorkloadFacts.None }
        : null;
}
