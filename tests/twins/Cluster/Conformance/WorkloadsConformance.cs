using Handcarry.Actors.Cluster;

namespace Handcarry.Twins.Cluster.Conformance;

/// <summary>What every <see cref="IWorkloads"/> does.</summary>
public abstract class WorkloadsConformance
{
    protected abstract IWorkloads Port { get; }

    /// <summary>Each of these is a pod with one container.</summary>
    protected abstract ValueTask SetAsync(params WorkloadImage[] pods);

    protected abstract ValueTask SetAwayAsync(bool away);

    [Fact]
    public async Task A_cluster_without_pods_lacks_nothing()
    {
        var facts = await Port.ReadAsync(default);
        Assert.Empty(facts.Images);
        Assert.Equal("", facts.Unknown);
        Assert.NotNull(facts.At);
    }

    [Fact]
    public async Task What_could_be_lacking_is_told_once_and_in_order()
    {
        WorkloadImage always = new("a/DaemonSet/scan", "example.com/scan:1", true, true), absent = new("b/StatefulSet/db", "example.com/db:1", false, false);
        await SetAsync(absent, always, always, new WorkloadImage("a/DaemonSet/fine", "example.com/fine:1", false, true));
        Assert.Equal([always, absent], (await Port.ReadAsync(default)).Images);
    }

    [Fact]
    public async Task An_absent_API_is_told()
    {
        await SetAwayAsync(true);
        await Assert.ThrowsAsync<ApiUnavailableException>(async () => await Port.ReadAsync(default));
        await SetAwayAsync(false);
        Assert.Empty((await Port.ReadAsync(default)).Images);
    }
}
