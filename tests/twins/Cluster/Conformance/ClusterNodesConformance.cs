using Handcarry.Actors.Cluster;

namespace Handcarry.Twins.Cluster.Conformance;

/// <summary>What every <see cref="IClusterNodes"/> does.</summary>
public abstract class ClusterNodesConformance
{
    private static readonly ClusterNode Alpha = new("alpha", "amd64", true);
    private static readonly ClusterNode Beta = new("beta", "arm64", true, Labels: "place=edge,tier=2");

    protected abstract IClusterNodes Port { get; }

    protected abstract ValueTask SetAsync(params ClusterNode[] nodes);

    protected abstract ValueTask SetAwayAsync(bool away);

    [Fact]
    public async Task Nodes_that_are_there_come_first_in_the_order_of_their_names()
    {
        await SetAsync(Beta, Alpha);
        await using var probe = new WatchProbe<IReadOnlyList<ClusterNode>>(Port.WatchAsync);
        var nodes = await probe.UntilAsync(n => n.Count == 2, "both nodes");
        Assert.Equal([Alpha, Beta], nodes);
    }

    [Fact]
    public async Task Coming_going_and_changing_nodes_are_told()
    {
        await SetAsync(Alpha);
        await using var probe = new WatchProbe<IReadOnlyList<ClusterNode>>(Port.WatchAsync);
        await probe.UntilAsync(n => n.SequenceEqual([Alpha]), "the first node");
        await SetAsync(Alpha, Beta);
        await probe.UntilAsync(n => n.SequenceEqual([Alpha, Beta]), "a node that comes");
        await SetAsync(Alpha with { Ready = false }, Beta);
        await probe.UntilAsync(n => n.SequenceEqual([Alpha with { Ready = false }, Beta]), "a node that is not ready any more");
        await SetAsync(Beta);
        await probe.UntilAsync(n => n.SequenceEqual([Beta]), "a node that goes");
    }

    [Fact]
    public async Task What_is_the_same_is_not_told_twice()
    {
        await SetAsync(Alpha);
        await using var probe = new WatchProbe<IReadOnlyList<ClusterNode>>(Port.WatchAsync);
        await probe.UntilAsync(n => n.Count == 1, "the first node");
        await SetAsync(Alpha);
        await SetAsync(Alpha, Beta);
        await probe.UntilAsync(n => n.Count == 2, "the second node");
        Assert.Equal(probe.Seen.Count, probe.Seen.Select(n => string.Join(' ', n)).Distinct().Count());
    }

    [Fact]
    public async Task An_absent_API_is_waited_out()
    {
        await SetAsync(Alpha);
        await using var probe = new WatchProbe<IReadOnlyList<ClusterNode>>(Port.WatchAsync);
        await probe.UntilAsync(n => n.Count == 1, "the first node");
        await SetAwayAsync(true);
        await SetAsync(Alpha, Beta);
        await SetAwayAsync(false);
        await probe.UntilAsync(n => n.SequenceEqual([Alpha, Beta]), "what changed meanwhile");
    }
}
