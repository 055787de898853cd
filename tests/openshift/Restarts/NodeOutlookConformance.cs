using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Restarts;

namespace Handcarry.Hosts.OpenShift.Tests.Restarts;

/// <summary>What every <see cref="INodeOutlook"/> does; the node that it looks at is node-1.</summary>
public abstract class NodeOutlookConformance
{
    private static readonly NodeOutlook Healthy = new(true, true, true, true, "");

    private protected abstract IOutlookSite Site { get; }

    [Fact]
    public async Task A_healthy_node_of_a_cluster_at_rest_has_nothing_in_its_way()
    {
        Site.SetNode("node-1");
        Site.SetNode("node-2", ready: false, schedulable: false, configDone: false);
        Site.SetVersion(progressing: null);
        var outlook = await Site.Outlook.LookAsync(default);
        Assert.Equal(Healthy, outlook);
        Assert.Null(outlook.ObstacleFor("node-1"));
    }

    [Theory]
    [InlineData(false, true, true, "not Ready")]
    [InlineData(true, false, true, "cordoned")]
    [InlineData(true, true, false, "machine config daemon")]
    public async Task What_is_amiss_with_the_node_is_named(bool ready, bool schedulable, bool configDone, string named)
    {
        Site.SetNode("node-1", ready, schedulable, configDone);
        var outlook = await Site.Outlook.LookAsync(default);
        Assert.Equal(new NodeOutlook(true, ready, schedulable, configDone, ""), outlook);
        Assert.Contains(named, outlook.ObstacleFor("node-1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upgrade_is_in_the_way_from_its_request_to_its_end()
    {
        Site.SetNode("node-1");
        Site.SetVersion(progressing: null, desired: "quay.io/x@sha256:00");
        Assert.Contains("quay.io/x@sha256:00 is asked for", (await Site.Outlook.LookAsync(default)).ObstacleFor("node-1"), StringComparison.Ordinal);
        Site.SetVersion(progressing: "Working towards 4.18.2: 7 of 9 done");
        Assert.Contains("Working towards 4.18.2: 7 of 9 done", (await Site.Outlook.LookAsync(default)).ObstacleFor("node-1"), StringComparison.Ordinal);
        Site.SetVersion(progressing: null);
        Assert.Equal(Healthy, await Site.Outlook.LookAsync(default));
    }

    [Fact]
    public async Task A_node_that_the_cluster_does_not_have_is_told()
    {
        Site.SetNode("node-2");
        Assert.Contains("node.name", (await Site.Outlook.LookAsync(default)).ObstacleFor("node-1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_absent_API_is_told()
    {
        await Site.SetAwayAsync(true);
        await Assert.ThrowsAsync<ApiUnavailableException>(async () => await Site.Outlook.LookAsync(default));
        await Site.SetAwayAsync(false);
    }
}
