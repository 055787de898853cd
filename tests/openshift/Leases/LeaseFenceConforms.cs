using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Leases;
using Handcarry.Hosts.OpenShift.Tests.Lab;
using Handcarry.Twins.Cluster.Conformance;

namespace Handcarry.Hosts.OpenShift.Tests.Leases;

public sealed class LeaseFenceConforms : FenceConformance, IAsyncLifetime
{
    private LabCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await LabCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    protected override IFence Candidate(string holder) =>
        _cluster.Keep(new LeaseFence(_cluster.Connect(Time), "handcarry", "handcarry-supervisor", holder));

    protected override ValueTask SetAwayAsync(bool away) => _cluster.SetAwayAsync(away);
}
