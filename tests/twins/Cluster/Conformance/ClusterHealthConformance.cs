using Handcarry.Actors.Cluster;

namespace Handcarry.Twins.Cluster.Conformance;

/// <summary>What every <see cref="IClusterHealth"/> does.</summary>
public abstract class ClusterHealthConformance
{
    private static readonly ClusterHealth Troubled = new()
    {
        Operators =
        [
            new OperatorView("dns", new ConditionView(false, "NoPods", "No pods run."), new ConditionView(true, "NoPods", "It is degraded.")),
            new OperatorView("etcd", new ConditionView(true, "AsExpected", "Fine."), new ConditionView(false, "AsExpected", ""), new ConditionView(true, "UpgradeBackupSuccessful", "Made.")),
        ],
        Pools =
        [
            new PoolView("master", "master", false, true, false, new ConditionView(false, "", ""), 3, 3, 3, "4.17.11"),
            new PoolView("worker", "worker", true, false, true, new ConditionView(true, "BadNode", "A node has drifted."), 2, 1, 0, "4.17.12"),
        ],
        Gates = [new AdminGate("ack-4.17-a", "First.", true), new AdminGate("ack-4.17-b", "Second.", false)],
        InternalReleaseImage = true,
    };

    protected abstract IClusterHealth Port { get; }

    protected abstract ValueTask SetAsync(ClusterHealth health);

    protected abstract ValueTask SetAwayAsync(bool away);

    [Fact]
    public async Task A_cluster_without_any_of_the_APIs_is_bare()
    {
        await using var probe = new WatchProbe<ClusterHealth?>(Port.WatchAsync);
        Assert.Equal(ClusterHealth.Bare, await probe.UntilAsync(h => h is not null, "how the cluster is"));
    }

    [Fact]
    public async Task Operators_pools_gates_and_registry_are_told_as_they_are_and_as_they_change()
    {
        await SetAsync(Troubled);
        await using var probe = new WatchProbe<ClusterHealth?>(Port.WatchAsync);
        await probe.UntilAsync(h => h == Troubled, "all that is wrong");
        var better = Troubled with { Pools = [Troubled.Pools[0]], Gates = [Troubled.Gates[0], Troubled.Gates[1] with { Acknowledged = true }] };
        await SetAsync(better);
        await probe.UntilAsync(h => h == better, "what was repaired");
    }

    [Fact]
    public async Task An_absent_API_is_told_and_what_changed_meanwhile_afterwards()
    {
        await using var probe = new WatchProbe<ClusterHealth?>(Port.WatchAsync);
        await probe.UntilAsync(h => h == ClusterHealth.Bare, "how the cluster is");
        await SetAwayAsync(true);
        await probe.UntilAsync(h => h is null, "that the API is away");
        await SetAsync(Troubled);
        await SetAwayAsync(false);
        await probe.UntilAsync(h => h == Troubled, "what changed meanwhile");
    }
}
