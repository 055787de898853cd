namespace Handcarry.Actors.Cluster;

/// <summary>The outside as the supervisor reaches it.</summary>
/// <param name="ClusterVersion">The cluster version operator.</param>
/// <param name="Status">The upgrade's own object.</param>
/// <param name="Nodes">The cluster's nodes.</param>
/// <param name="Health">How the cluster is.</param>
/// <param name="Upkeep">What replaces, adds and removes machines by itself.</param>
/// <param name="Fence">The lease.</param>
/// <param name="Releases">Verifies a bundle's release, and reads its signatures from this node's blobs.</param>
/// <param name="Pins">Has the cluster keep a bundle's images.</param>
/// <param name="SiteBytesPerSecond">How many bytes a second all nodes together may draw; 0 for no limit.</param>
/// <param name="Workloads">What runs in the cluster; null where that is not looked at.</param>
/// <param name="Agents">Renews the agents themselves; null where that is not done.</param>
public sealed record SupervisorPorts(
    IClusterVersion ClusterVersion, IUpgradeStatus Status, IClusterNodes Nodes, IClusterHealth Health, IMachineUpkeep Upkeep, IFence Fence, ReleaseVerifier Releases, ReleasePins Pins,
    long SiteBytesPerSecond = 0, IWorkloads? Workloads = null, AgentRenewal? Agents = null)
{
    /// <summary>Goes on with renewing the agents, where that is done.</summary>
    internal async ValueTask<AgentRollout> RenewAsync(SupervisorEffect.RenewAgents renewal, CancellationToken cancellationToken) =>
        Agents is null ? new AgentRollout(RolloutStage.NothingToDo) : await Agents.GoOnAsync(renewal.Bundle, renewal.Back, Fence, cancellationToken);
}
