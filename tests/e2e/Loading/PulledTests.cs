using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests.Loading;

/// <summary>From the inserted medium to nodes whose containerd has pulled every image from its own agent: the strategy cri-pull with real parts.</summary>
[Collection(nameof(RealSites))]
[Trait("Time", "Long")]
public sealed class PulledTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    [SkippableFact]
    public async Task Each_containerd_has_and_keeps_every_image_before_its_node_is_ready_and_the_site_is_upgraded()
    {
        HasContainerd();
        using var patience = new CancellationTokenSource(Patience);
        await using var nodes = new ContainerdNodes(3);
        await using var site = await CarryingSite.StartAsync(20_000_000, patience.Token, nodes.Options);
        var wanted = Names(site);
        var ready = new HashSet<string>(StringComparer.Ordinal);

        await site.InsertAsync(patience.Token);
        await foreach (var view in SiteViews.FollowAsync(site.Site.Api, patience.Token))
        {
            site.Site.ThrowIfAgentDied();
            foreach (var node in view.Upgrade.Nodes.Where(node => node.Stage is "Ready" or "Upgraded" && ready.Add(node.Name)))
            {
                Assert.Empty(wanted.Except(await nodes.ImagesAsync(node.Name)));
                Assert.Empty(wanted.Except(await nodes[node.Name].PinnedAsync(patience.Token)));
            }
            if (ready.Count == nodes.Nodes.Count)
                break;
        }

        await site.AssertCompletesAsync(patience.Token);
    }

    [SkippableFact]
    public async Task A_runtime_that_does_not_answer_is_waited_for_and_called_so_and_not_a_full_disk()
    {
        HasContainerd();
        using var patience = new CancellationTokenSource(Patience);
        await using var nodes = new ContainerdNodes(3);
        await using var site = await CarryingSite.StartAsync(20_000_000, patience.Token, nodes.Options);
        var silent = site.Site.Nodes.Single(node => node != site.Source && node != site.Supervisor);
        await nodes[silent.Name].KillAsync();

        await site.InsertAsync(patience.Token);
        await foreach (var view in SiteViews.FollowAsync(site.Site.Api, patience.Token))
        {
            site.Site.ThrowIfAgentDied();
            Assert.NotEqual("NoSpace", view.Upgrade.Reason);
            Assert.DoesNotContain(view.Upgrade.Nodes, node => node.Name == silent.Name && node.Stage is "Ready" or "Upgraded");
            if (view.Upgrade.Reason == "RuntimeUnreachable" || view.Upgrade.Nodes.Any(node => node.Name == silent.Name && node.Reason == "RuntimeUnreachable"))
                break;
        }
        await nodes[silent.Name].StartAsync(patience.Token);

        await site.AssertCompletesAsync(patience.Token);
    }

    private static void HasContainerd()
    {
        Machine.HasWhatASiteNeeds();
        Skip.IfNot(NodeContainerd.IsPossible, "needs containerd, ctr, runc, unshare and nsenter");
    }

    private static IReadOnlyList<string> Names(CarryingSite site) => [.. site.Release.Images.Select(static image => image.Name.ToString())];
}
