using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Handcarry.Lab.Demo;
using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests;

/// <summary>
/// The API server is away twice in one upgrade, as a single node's is while it restarts: in the middle of carrying, and in the middle of the operators' work. It stays
/// away until every agent has noticed and done what it can without, and at least for HANDCARRY_API_AWAY, such as 00:10:00; without that for no longer.
/// </summary>
[Collection(nameof(RealSites))]
[Trait("Time", "Long")]
public sealed class ApiAwayTests
{
    private static readonly TimeSpan Away = TimeSpan.Parse(Environment.GetEnvironmentVariable("HANDCARRY_API_AWAY") is { Length: > 0 } given ? given : "0", CultureInfo.InvariantCulture);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8) + (2 * Away);

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Carrying_and_loading_go_on_decisions_wait_and_nothing_is_lost(int nodes)
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience);
        await using var carrying = await CarryingSite.StartAsync(100_000_000, patience.Token, new SiteOptions { Nodes = nodes }, DemoOptions.Versions);
        var site = carrying.Site;
        await carrying.InsertAsync(patience.Token);
        using (var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5)))
        {
            while (carrying.Source.BytesKept() < new FileInfo(carrying.Bundle).Length / 10)
                await ticks.WaitForNextTickAsync(patience.Token);
        }

        await BeAwayAsync(carrying, patience.Token);
        Assert.Equal("Carrying", Upgrade(site).Phase);
        Assert.Equal("", Version(site).DesiredImage);
        await site.BringApiUpAsync(patience.Token);

        await foreach (var view in SiteViews.FollowAsync(site.Api, patience.Token))
        {
            site.ThrowIfAgentDied();
            if (view.Version.Progressing.StartsWith("Working towards", StringComparison.Ordinal))
                break;
        }

        await BeAwayAsync(carrying, patience.Token);
        Assert.Equal(("Upgrading", "Partial"), (Upgrade(site).Phase, Version(site).History[0].State));
        await site.BringApiUpAsync(patience.Token);

        await carrying.AssertCompletesAsync(patience.Token);
        Assert.All(site.Nodes, static node => Assert.Equal(0, node.Agent.Restarts));
        await AssertReadOnceAsync(carrying, patience.Token);
        Assert.True((await PinProof.AskAsync(site, carrying.Release, patience.Token))!.Holds);
    }

    // Taken down; then until every node has all images, by its own word, and nobody acts as the supervisor any more; then as long as was asked for.
    private static async Task BeAwayAsync(CarryingSite carrying, CancellationToken cancellationToken)
    {
        var site = carrying.Site;
        await site.TakeApiDownAsync(cancellationToken);
        var since = Stopwatch.GetTimestamp();
        var written = site.Objects.ResourceVersion;
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        foreach (var node in site.Nodes)
        {
            using var reading = new WebReading(node.Page);
            while (await reading.MetricsAsync(cancellationToken) is var tells
                && !(tells.GetValueOrDefault("handcarry_node_stage{stage=\"Ready\"}") == 1 && tells["handcarry_images_loaded"] == carrying.Release.Images.Count && tells["handcarry_supervisor_acting"] == 0))
            {
                site.ThrowIfAgentDied();
                await ticks.WaitForNextTickAsync(cancellationToken);
            }
        }

        while (Stopwatch.GetElapsedTime(since) < Away)
        {
            site.ThrowIfAgentDied();
            await ticks.WaitForNextTickAsync(cancellationToken);
        }

        Assert.Equal(written, site.Objects.ResourceVersion);
    }

    private static async Task AssertReadOnceAsync(CarryingSite carrying, CancellationToken cancellationToken)
    {
        foreach (var node in carrying.Site.Nodes)
        {
            using var reading = new WebReading(node.Page);
            var tells = await reading.MetricsAsync(cancellationToken);
            var size = tells["handcarry_bundle_size_bytes"];
            Assert.InRange(tells["handcarry_medium_read_bytes_total"] + tells["handcarry_received_bytes_total"], size * 0.9, size * 1.1);
        }
    }

    private static UpgradeProgress Upgrade(LabSite site) => UpgradeProgress.Of(Find(site, "handcarry.dev/v1alpha1", "BundleUpgrade", SiteApi.UpgradeName));

    private static VersionView Version(LabSite site) => VersionView.Of(Find(site, "config.openshift.io/v1", "ClusterVersion", SiteApi.VersionName));

    // As it would come over the wire, where numbers have no type.
    private static JsonObject? Find(LabSite site, string apiVersion, string kind, string name) =>
        site.Objects.Find(apiVersion, kind, "", name) is { } found ? JsonNode.Parse(found.ToJsonString())!.AsObject() : null;
}
