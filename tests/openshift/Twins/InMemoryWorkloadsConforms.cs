using Handcarry.Actors.Cluster;
using Handcarry.Twins.Cluster;
using Handcarry.Twins.Cluster.Conformance;

namespace Handcarry.Hosts.OpenShift.Tests.Twins;

public sealed class InMemoryWorkloadsConforms : WorkloadsConformance
{
    private readonly InMemoryApi _api = new();
    private readonly InMemoryWorkloads _workloads;

    public InMemoryWorkloadsConforms() => _workloads = new InMemoryWorkloads(_api);

    protected override IWorkloads Port => _workloads;

    protected override ValueTask SetAsync(params WorkloadImage[] pods)
    {
        _workloads.Set(pods);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask SetAwayAsync(bool away)
    {
        _api.Away = away;
        return ValueTask.CompletedTask;
    }
}
