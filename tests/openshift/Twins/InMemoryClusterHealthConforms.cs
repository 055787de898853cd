using Handcarry.Actors.Cluster;
using Handcarry.Twins.Cluster;
using Handcarry.Twins.Cluster.Conformance;

namespace Handcarry.Hosts.OpenShift.Tests.Twins;

public sealed class InMemoryClusterHealthConforms : ClusterHealthConformance
{
    private readonly InMemoryApi _api = new();
    private readonly InMemoryClusterHealth _twin;

    public InMemoryClusterHealthConforms() => _twin = new InMemoryClusterHealth(_api);

    protected override IClusterHealth Port => _twin;

    protected override ValueTask SetAsync(ClusterHealth health)
    {
        _twin.Set(health);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask SetAwayAsync(bool away)
    {
        _api.Away = away;
        return ValueTask.CompletedTask;
    }
}
