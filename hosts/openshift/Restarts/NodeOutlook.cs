namespace Handcarry.Hosts.OpenShift.Restarts;

/// <summary>One look at a node and at the cluster version operator.</summary>
/// <param name="IsKnown">Whether the cluster has a node of that name.</param>
/// <param name="IsReady">Its condition Ready.</param>
/// <param name="IsSchedulable">Whether it is not cordoned; the machine config operator cordons a node before it drains it.</param>
/// <param name="IsConfigDone">Whether the machine config daemon has done what it was told, or there is none.</param>
/// <param name="Upgrade">What the cluster version operator is doing, as it says itself; empty when it is not upgrading the cluster, or there is none.</param>
public sealed record NodeOutlook(bool IsKnown, bool IsReady, bool IsSchedulable, bool IsConfigDone, string Upgrade)
{
    /// <summary>Why the runtime of <paramref name="node"/> should not be restarted now, as a sentence; null when nothing speaks against it.</summary>
    public string? ObstacleFor(string node) => this switch
    {
        { Upgrade.Length: > 0 } => $"The cluster is being upgraded ({Upgrade}): the runtime of node {node} is restarted when that is done.",
        { IsKnown: false } => $"The cluster has no node {node}: node.name must be the Kubernetes node's name.",
        { IsReady: false } => $"Node {node} is not Ready, so its runtime is not restarted: see oc describe node {node}.",
        { IsConfigDone: false } => $"The machine config daemon is busy with node {node}: its runtime is restarted when currentConfig is desiredConfig and the state Done.",
        { IsSchedulable: false } => $"Node {node} is cordoned, so it may be drained just now: give oc adm uncordon {node} when that is over.",
        _ => null,
    };
}
