using Handcarry.Actors.Cluster;
using Handcarry.Twins.Cluster;
using Handcarry.Twins.Cluster.Conformance;

namespace Handcarry.Hosts.OpenShift.Tests.Twins;

public sealed class InMemoryFenceConforms : FenceConformance
{
    private readonly InMemoryApi _api = new();
    private readonly InMemoryLease _lease;

    public InMemoryFenceConforms() => _lease = new InMemoryLease(_api);

    protected override IFence Candidate(string holder) => new InMemoryFence(_lease, holder, Time);

    protected override ValueTask SetAwayAsync(bool away)
    {
        _api.Away = away;
        return ValueTask.CompletedTask;
    }
}
