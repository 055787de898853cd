using System.Text.Json.Nodes;
using Handcarry.Lab.Operator;
using Handcarry.Lab.Release;
using Handcarry.Lab.Site;
using Handcarry.Streams.Bundles;

namespace Handcarry.E2e.Tests.Versions;

/// <summary>Real agents, run as pods of a DaemonSet, renew themselves with the image that their bundle brought.</summary>
[Collection(nameof(RealSites))]
[Trait("Time", "Long")]
public sealed class RenewalTests
{
    private const string First = "localhost/handcarry/agent:0.1.0";
    private const string Path = "/apis/apps/v1/namespaces/handcarry/daemonsets/handcarry-agent";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    [SkippableFact]
    public async Task When_the_upgrade_is_done_the_agents_are_replaced_one_after_the_other_and_never_before()
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience);
        await using var carrying = await StartAsync(patience.Token);
        using var machines = new AgentPodMachines(carrying.Site, First, static _ => false);
        await using var pods = Pods(carrying.Site, machines);
        var before = carrying.Site.Nodes.ToDictionary(static node => node.Name, static node => node.Agent.ProcessId);
        await VouchAsync(carrying, patience.Token);
        await carrying.InsertAsync(patience.Token);
        var phases = new List<string>();
        await foreach (var view in SiteViews.FollowAsync(carrying.Site.Api, patience.Token))
        {
            if (pods.Replaced > 0 && !view.Upgrade.HasEnded)
                phases.Add(view.Upgrade.Phase);
            if (view.Upgrade.Phase == "Completed" && view.Upgrade.Message.EndsWith("Its agents are of version 0.2.0.", StringComparison.Ordinal))
                break;
        }

        Assert.Empty(phases);
        Assert.Equal((3, 1), (pods.Replaced, pods.MostAway));
        Assert.All(carrying.Site.Nodes, node => Assert.NotEqual(before[node.Name], node.Agent.ProcessId));
        var set = await carrying.Site.Api.GetAsync(Path, patience.Token);
        var image = (string)set!["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!;
        Assert.Equal("0.2.0", AgentImage.Of(image)!.Version);
        // The new agents found all that the old ones left: the bundle is theirs still.
        await carrying.AssertCompletesAsync(patience.Token);
    }

    [SkippableFact]
    public async Task A_new_agent_that_does_not_start_costs_one_node_and_what_is_undone_stays_undone()
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience);
        await using var carrying = await StartAsync(patience.Token);
        using var machines = new AgentPodMachines(carrying.Site, First, static image => image != First);
        await using var pods = Pods(carrying.Site, machines);
        var before = carrying.Site.Nodes.ToDictionary(static node => node.Name, static node => node.Agent.ProcessId);
        await VouchAsync(carrying, patience.Token);
        await carrying.InsertAsync(patience.Token);
        var told = await SeeAsync(carrying.Site, static upgrade => upgrade.Message.Contains("(CrashLoopBackOff)", StringComparison.Ordinal), patience.Token);
        var without = Assert.Single(carrying.Site.Nodes, static node => !node.Agent.IsRunning);
        Assert.Contains($"0 of 3 have it. Waiting for node {without.Name} (CrashLoopBackOff).", told.Message, StringComparison.Ordinal);
        Assert.All(carrying.Site.Nodes.Where(node => node != without), node => Assert.Equal(before[node.Name], node.Agent.ProcessId));

        // As `oc rollout undo` does.
        JsonObject undone;
        do
        {
            undone = (await carrying.Site.Api.GetAsync(Path, patience.Token))!;
            undone["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = First;
        }
        while (!await ReplacedAsync(carrying.Site, Path, undone, patience.Token));
        told = await SeeAsync(carrying.Site, static upgrade => upgrade.Reason == "AgentNotReady", patience.Token);
        Assert.Equal("Completed", told.Phase);
        while (!without.Agent.IsRunning)
            await Task.Delay(100, patience.Token);
        Assert.Equal((2, 1), (pods.Replaced, pods.MostAway));
        Assert.Equal(First, (string?)(await carrying.Site.Api.GetAsync(Path, patience.Token))!["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]);
    }

    // The administrator names the bundle.
    private static async Task VouchAsync(CarryingSite carrying, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(carrying.Bundle);
        var commitment = (await BundleReader.OpenAsync(file, new BundleLimits(), cancellationToken)).Metadata.Commitment;
        const string path = $"{SiteApi.Upgrades}/{SiteApi.UpgradeName}";
        JsonObject? upgrade;
        do
        {
            while ((upgrade = await carrying.Site.Api.GetAsync(path, cancellationToken)) is null)
                await Task.Delay(100, cancellationToken);
            if (upgrade["spec"] is not JsonObject spec)
                upgrade["spec"] = spec = [];
            spec["bundle"] = new JsonObject { ["digest"] = commitment.ToString() };
        }
        while (!await ReplacedAsync(carrying.Site, path, upgrade, cancellationToken));
    }

    private static async Task<UpgradeProgress> SeeAsync(LabSite site, Func<UpgradeProgress, bool> wanted, CancellationToken cancellationToken)
    {
        await foreach (var view in SiteViews.FollowAsync(site.Api, cancellationToken))
        {
            if (wanted(view.Upgrade))
                return view.Upgrade;
        }

        throw new OperationCanceledException(cancellationToken);
    }

    // False when somebody else wrote in between.
    private static async Task<bool> ReplacedAsync(LabSite site, string path, JsonObject changed, CancellationToken cancellationToken)
    {
        try
        {
            await site.Api.ReplaceAsync(path, changed, cancellationToken);
            return true;
        }
        catch (LabException)
        {
            return false;
        }
    }

    private static Task<CarryingSite> StartAsync(CancellationToken cancellationToken) => CarryingSite.StartAsync(
        20_000_000,
        async (folder, release, signer) => (await ReleaseBundle.WriteAsync(release, signer.Signature, folder.Root, cancellationToken, agent: "0.2.0")).Path,
        cancellationToken);

    // What deploy/ has, but for the time in which a new agent shows that it stays.
    private static LabDaemonSets Pods(LabSite site, AgentPodMachines machines)
    {
        using var yaml = new StreamReader(typeof(LabSite).Assembly.GetManifestResourceStream("daemonset.yaml")!);
        site.Put(yaml.ReadToEnd().Replace("image: handcarry-agent", $"image: {First}", StringComparison.Ordinal).Replace("minReadySeconds: 15", "minReadySeconds: 1", StringComparison.Ordinal));
        return LabDaemonSets.Start(site.Folder.Kubeconfig, "handcarry", "handcarry-agent", machines, new LabOperatorOptions());
    }
}
