using System.Text.Json.Nodes;
using Handcarry.Lab.Demo;
using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests;

/// <summary>Real agents at a site whose machine config daemons pin what PinnedImageSets name.</summary>
[Collection(nameof(RealSites))]
public sealed class PinnedImageSetTests
{
    private const string Group = "/apis/machineconfiguration.openshift.io/v1";
    private const string Older = "handcarry-0123456789abcdef-0", Foreign = "branch-office-apps";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly string[] Roles = ["master", "worker"];

    [SkippableFact]
    public async Task The_release_is_pinned_on_every_node_before_the_operator_is_asked_and_takes_the_place_of_the_one_before()
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience);
        await using var carrying = await CarryingSite.StartAsync(5_000_000, patience.Token, new SiteOptions { Nodes = 2 }, DemoOptions.Versions);
        var site = carrying.Site;
        await HaveOlderSetsAsync(carrying, patience.Token);
        await carrying.InsertAsync(patience.Token);

        var pinnedWhenAsked = false;
        await foreach (var view in SiteViews.FollowAsync(site.Api, patience.Token))
        {
            site.ThrowIfAgentDied();
            if (view.Version.DesiredImage.Length == 0)
                continue;
            pinnedWhenAsked = await ArePinnedAsync(carrying, patience.Token);
            break;
        }

        Assert.True(pinnedWhenAsked);
        await carrying.AssertCompletesAsync(patience.Token);
        while ((await NamesAsync(site, patience.Token)).Contains(Older))
            await Task.Delay(TimeSpan.FromMilliseconds(200), patience.Token);
        Assert.True(await ArePinnedAsync(carrying, patience.Token));
        var ours = Assert.Single(await NamesAsync(site, patience.Token), static name => name != Foreign);
        foreach (var role in Roles)
            Assert.Equal([Foreign, ours], References(await PoolAsync(site, role, patience.Token)).Order(StringComparer.Ordinal));
        var release = carrying.Release.Options.Version;
        foreach (var role in Roles)
        {
            var config = await site.Api.GetAsync($"{Group}/machineconfigs/{(string?)(await PoolAsync(site, role, patience.Token))["spec"]!["configuration"]!["name"]}", patience.Token);
            Assert.Equal(release, (string?)config!["metadata"]!["annotations"]!["machineconfiguration.openshift.io/release-image-version"]);
        }
    }

    // What an upgrade before this one has left, and what an administrator pins; both are of images that the nodes have once the bundle is loaded.
    private static async Task HaveOlderSetsAsync(CarryingSite carrying, CancellationToken cancellationToken)
    {
        var site = carrying.Site;
        site.Put(Set(Older, "\nlabels: {handcarry.dev/bundle: '0123456789abcdef'}", carrying.Release.Images[0].Name.ToString()));
        site.Put(Set(Foreign, "", carrying.Release.Images[1].Name.ToString()));
        foreach (var role in Roles)
        {
            await ReferAsync(site, role, "handcarry", Older, cancellationToken);
            await ReferAsync(site, role, "branch-office", Foreign, cancellationToken);
        }
    }

    private static Task<JsonObject> ReferAsync(LabSite site, string role, string manager, string set, CancellationToken cancellationToken) => site.Api.ApplyAsync(
        $"{Group}/machineconfigpools/{role}",
        manager,
        new JsonObject
        {
            ["apiVersion"] = "machineconfiguration.openshift.io/v1",
            ["kind"] = "MachineConfigPool",
            ["metadata"] = new JsonObject { ["name"] = role },
            ["spec"] = new JsonObject { ["pinnedImageSets"] = new JsonArray(new JsonObject { ["name"] = set }) },
        },
        cancellationToken);

    private static string Set(string name, string labels, string image) => $$"""
        apiVersion: machineconfiguration.openshift.io/v1
        kind: PinnedImageSet
        metadata:
          name: {{name}}{{labels.Replace("\n", "\n  ", StringComparison.Ordinal)}}
        spec:
          pinnedImages:
          - name: {{image}}
        """;

    private static async Task<bool> ArePinnedAsync(CarryingSite carrying, CancellationToken cancellationToken) =>
        (await PinProof.AskAsync(carrying.Site, carrying.Release, cancellationToken, Older)) is { Holds: true };

    private static async Task<List<string>> NamesAsync(LabSite site, CancellationToken cancellationToken) =>
        [.. (await site.Api.GetAsync($"{Group}/pinnedimagesets", cancellationToken))!["items"]!.AsArray().Select(static set => (string)set!["metadata"]!["name"]!)];

    private static async Task<JsonObject> PoolAsync(LabSite site, string role, CancellationToken cancellationToken) =>
        (await site.Api.GetAsync($"{Group}/machineconfigpools/{role}", cancellationToken))!;

    private static IEnumerable<string> References(JsonObject pool) => pool["spec"]!["pinnedImageSets"]!.AsArray().Select(static set => (string)set!["name"]!);
}
