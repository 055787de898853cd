using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests.Network;

/// <summary>A site whose nodes are joined by shaped links only.</summary>
public sealed class SiteNetworkTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(6);

    [SkippableFact]
    public async Task A_site_whose_nodes_have_networks_of_their_own_is_upgraded_and_leaves_no_namespace()
    {
        Machine.HasWhatASiteNeeds();
        using var deadline = new CancellationTokenSource(Deadline);
        var reason = await SiteNetwork.WhyNotAsync(deadline.Token);
        Skip.If(reason is not null, reason);
        string root;
        await using (var carrying = await CarryingSite.StartAsync(8_000_000, deadline.Token, new SiteOptions { Link = 100_000_000 }))
        {
            root = carrying.Site.Folder.Root;
            Assert.Equal(carrying.Site.Nodes.Count + 1, SiteNetwork.Existing(root).Count());
            await carrying.InsertAsync(deadline.Token);
            await carrying.AssertCompletesAsync(deadline.Token);
        }

        Assert.Empty(SiteNetwork.Existing(root));
    }

    [SkippableFact]
    [Trait("Time", "Long")]
    public async Task A_node_whose_link_is_cut_until_the_others_have_everything_gets_the_rest_afterwards()
    {
        Machine.HasWhatASiteNeeds();
        using var deadline = new CancellationTokenSource(Deadline);
        var reason = await SiteNetwork.WhyNotAsync(deadline.Token);
        Skip.If(reason is not null, reason);
        await using var carrying = await CarryingSite.StartAsync(40_000_000, deadline.Token, new SiteOptions { Link = 10_000_000 });
        var (site, network) = (carrying.Site, carrying.Site.Network!);
        var cut = site.Nodes.First(node => node != carrying.Supervisor && node != carrying.Source);
        var number = site.Nodes.ToList().IndexOf(cut) + 1;
        await carrying.InsertAsync(deadline.Token);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (cut.BytesKept() == 0)
            await timer.WaitForNextTickAsync(deadline.Token);

        await network.CutAsync(number, deadline.Token);
        var atCut = cut.BytesKept();
        while (carrying.Supervisor.BytesKept() < carrying.Source.BytesKept() || carrying.Supervisor.BytesKept() < 39_000_000)
            await timer.WaitForNextTickAsync(deadline.Token);
        Assert.True(cut.BytesKept() < carrying.Supervisor.BytesKept(), $"It had everything, {atCut} bytes, before it was cut.");
        await network.JoinAsync(number, deadline.Token);

        await carrying.AssertCompletesAsync(deadline.Token);
    }

    [SkippableFact]
    public async Task Namespaces_of_a_site_that_was_left_behind_are_swept_away_with_what_runs_in_them()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var reason = await SiteNetwork.WhyNotAsync(deadline.Token);
        Skip.If(reason is not null, reason);
        var folder = await SiteFolder.CreateAsync(deadline.Token);
        var network = await SiteNetwork.CreateAsync(folder, 2, 1_000_000, deadline.Token);
        using var left = System.Diagnostics.Process.Start("ip", ["netns", "exec", network.NameOf(1), "sleep", "1000"]);

        await SiteSweep.RunAsync(folder, delete: true);

        await left.WaitForExitAsync(deadline.Token);
        Assert.Empty(SiteNetwork.Existing(folder.Root));
        await network.DisposeAsync();
    }
}
