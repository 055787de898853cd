using Handcarry.Actors.Cluster;
using Handcarry.Twins.Cluster;
using Handcarry.Twins.Cluster.Conformance;

namespace Handcarry.Hosts.OpenShift.Tests.Twins;

public sealed class InMemoryClusterNodesConforms : ClusterNodesConformance
{
    private readonly InMemoryApi _api = new();
    private readonly InMemoryClusterNodes _twin;

    public InMemoryClusterNodesConforms() => _twin = new InMemoryClusterNodes(_api);

    protected override IClusterNodes Port => _twin;

    protected override ValueTask SetAsync(params ClusterNode[] nodes)
    {
        _twin.Set(nodes);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask SetAwayAsync(bool away)
    {
        _api.Away = away;
        return ValueTask.CompletedTask;
    }
}
