using Handcarry.E2e.Tests.Loading;
using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests;

/// <summary>Real agents on nodes whose runtime would not find the images.</summary>
[Collection(nameof(RealSites))]
public sealed class NotArmedTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [SkippableFact]
    public async Task The_upgrade_waits_for_nodes_that_are_not_armed_and_says_what_to_do()
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience);
        var ports = new Queue<int>(FreePorts.Find(3));
        var options = new SiteOptions
        {
            Settings = new Dictionary<string, string> { ["load.runtime"] = "crio" },
            Prepare = (node, token) => node.ListenOnLoopbackAsync(ports.Dequeue(), token),
        };
        await using var site = await CarryingSite.StartAsync(5_000_000, patience.Token, options);
        await site.InsertAsync(patience.Token);

        await foreach (var view in SiteViews.FollowAsync(site.Site.Api, patience.Token))
        {
            site.Site.ThrowIfAgentDied();
            Assert.DoesNotContain(view.Upgrade.Phase, (string[])["Loaded", "Upgrading", "Completed"]);
            if (view.Upgrade.Nodes.Count < 3 || !view.Upgrade.Nodes.All(static node => node is { Stage: "Loading", Reason: "NotArmed" }))
                continue;
            Assert.All(view.Upgrade.Nodes, static node => Assert.Contains("does not name the store", node.Message, StringComparison.Ordinal));
            Assert.All(view.Upgrade.Nodes, static node => Assert.Contains("handcarry arm", node.Message, StringComparison.Ordinal));
            return;
        }
    }
}
