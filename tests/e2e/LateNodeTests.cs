using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Handcarry.Lab.Operator;
using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests;

/// <summary>A node that joins when the cluster runs the bundle already.</summary>
[Collection(nameof(RealSites))]
[Trait("Time", "Long")]
public sealed class LateNodeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [SkippableFact]
    public async Task It_gets_its_images_from_the_others_and_from_a_medium_when_they_have_let_go_of_them()
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience);
        var away = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        await using var carrying = await CarryingSite.StartAsync(20_000_000, patience.Token, new SiteOptions { Stores = nodes => new Members(new PublishedStores(nodes), away) });
        var site = carrying.Site;
        var late = site.Nodes.First(node => node != carrying.Source && node != carrying.Supervisor);
        var path = $"/api/v1/nodes/{late.Name}";
        var joining = (await site.Api.GetAsync(path, patience.Token))!;
        await late.Agent.StopAsync();
        away[late.Name] = true;
        await site.Api.DeleteAsync(path, patience.Token);
        var medium = await site.InsertAsync(carrying.Source, carrying.Bundle, patience.Token);
        await UntilAsync(site, static upgrade => upgrade is { Phase: "Completed", Reason: "", Nodes.Count: 2 }, patience.Token);
        await medium.RemoveAsync();

        await JoinAsync(site, late, joining, patience.Token);
        away.Clear();
        await UntilAsync(site, upgrade => IsUpgraded(upgrade, late), patience.Token);
        await carrying.AssertCompletesAsync(patience.Token);
        Assert.All(site.Nodes, node => Assert.All(Layers(carrying, node), Assert.True));

        // Nothing is to be kept for others now; and then one comes all the same.
        site.Put("""
            apiVersion: handcarry.dev/v1alpha1
            kind: BundleUpgrade
            metadata:
              name: cluster
            spec:
              retain:
                hours: 0
            """);
        while (site.Nodes.Any(node => Layers(carrying, node).Any(static there => there)))
            await Task.Delay(TimeSpan.FromMilliseconds(200), patience.Token);
        await late.Agent.StopAsync();
        Directory.Delete(late.StatePath, recursive: true);
        Directory.CreateDirectory(late.StatePath);
        late.Agent.Start();
        await UntilAsync(site, static upgrade => upgrade is { Phase: "Completed", Reason: "WaitingForMedium" }, patience.Token);

        await site.InsertAsync(carrying.Source, carrying.Bundle, patience.Token);
        await UntilAsync(site, upgrade => IsUpgraded(upgrade, late), patience.Token);
        await carrying.AssertCompletesAsync(patience.Token);
    }

    private static async Task JoinAsync(LabSite site, SiteNode late, JsonObject node, CancellationToken cancellationToken)
    {
        foreach (var given in (string[])["resourceVersion", "uid", "creationTimestamp", "managedFields"])
            node["metadata"]!.AsObject().Remove(given);
        await site.Api.CreateAsync("/api/v1/nodes", node, cancellationToken);
        late.Agent.Start();
    }

    private static bool IsUpgraded(UpgradeProgress upgrade, SiteNode late) =>
        upgrade is { Phase: "Completed", Reason: "" } && upgrade.Nodes.Any(node => node.Name == late.Name && node.Stage == "Upgraded");

    /// <summary>Of each layer, whether the node has it.</summary>
    private static IEnumerable<bool> Layers(CarryingSite carrying, SiteNode node) => carrying.Release.Layers.Select(layer => File.Exists(node.BlobPath(layer.Digest)));

    private static async Task UntilAsync(LabSite site, Predicate<UpgradeProgress> wanted, CancellationToken cancellationToken)
    {
        var last = UpgradeProgress.None;
        try
        {
            await foreach (var view in SiteViews.FollowAsync(site.Api, cancellationToken))
            {
                site.ThrowIfAgentDied();
                last = view.Upgrade;
                if (wanted(last))
                    return;
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"It stays {last.Phase} ({last.Reason}): {last.Message} {string.Join("; ", last.Nodes)}");
        }
    }

    /// <summary>The operator's pods run on the nodes that the cluster has.</summary>
    private sealed class Members(PublishedStores all, ConcurrentDictionary<string, bool> away) : INodeStores
    {
        public IReadOnlyList<string> Nodes => [.. all.Nodes.Where(node => !away.ContainsKey(node))];

        public Task<IReadOnlyCollection<string>> ImagesAsync(string node) => all.ImagesAsync(node);

        public Task<byte[]> ReadReleaseFileAsync(string node, string image, string path) => all.ReadReleaseFileAsync(node, image, path);
    }
}
