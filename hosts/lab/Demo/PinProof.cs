using System.Text.Json.Nodes;
using Handcarry.Lab.Release;
using Handcarry.Lab.Site;

namespace Handcarry.Lab.Demo;

/// <summary>Whether the release is pinned as the cluster itself does it: by PinnedImageSets that the pools refer to, as the daemon of each node says.</summary>
internal static class PinProof
{
    private const string Group = "/apis/machineconfiguration.openshift.io/v1";
    private const string Ours = "handcarry-";

    /// <summary>The proof; null when the site's version has no such sets.</summary>
    /// <param name="site">The site.</param>
    /// <param name="release">The release that has to be pinned.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="others">Sets that are not of this release.</param>
    public static async Task<Proof?> AskAsync(LabSite site, MadeRelease release, CancellationToken cancellationToken, params string[] others)
    {
        if (!SiteCluster.ServesPinnedImageSets(release.Options.Previous))
            return null;
        var sets = (await ItemsAsync(site, "pinnedimagesets", cancellationToken)).Where(set => Name(set).StartsWith(Ours, StringComparison.Ordinal) && !others.Contains(Name(set))).ToList();
        var names = sets.Select(Name).ToList();
        var images = sets.SelectMany(static set => Names(set["spec"]?["pinnedImages"])).ToHashSet(StringComparer.Ordinal);
        var pools = (await ItemsAsync(site, "machineconfigpools", cancellationToken)).Where(pool => names.TrueForAll(Names(pool["spec"]?["pinnedImageSets"]).Contains)).Select(Name).ToList();
        var nodes = (await ItemsAsync(site, "machineconfignodes", cancellationToken)).Where(node => sets.TrueForAll(set => HasPinned(node, set))).Select(Name).ToList();
        return new Proof(
            names.Count > 0 && images.SetEquals(release.Images.Select(static image => image.Name.ToString())) && pools.Count == 2 && nodes.Count == site.Nodes.Count,
            new Fact(
                "pinned",
                $"PinnedImageSet {string.Join(", ", names)} has {images.Count} of {release.Images.Count} images; pools {string.Join(", ", pools)} refer to it, and {nodes.Count} of {site.Nodes.Count} MachineConfigNodes report it pinned",
                ("sets", names), ("images", images.Count), ("pools", pools), ("nodes", nodes)),
            site.Curl($"{Group}/machineconfignodes"));
    }

    private static bool HasPinned(JsonNode node, JsonNode set) =>
        (node["status"]?["pinnedImageSets"]?.AsArray() ?? []).Any(entry =>
            (string?)entry!["name"] == Name(set) && (long?)entry["currentGeneration"] == (long?)set["metadata"]!["generation"]);

    private static async Task<IEnumerable<JsonNode>> ItemsAsync(LabSite site, string plural, CancellationToken cancellationToken) =>
        (await site.Api.GetAsync($"{Group}/{plural}", cancellationToken))!["items"]!.AsArray().Select(static item => item!);

    private static string Name(JsonNode item) => (string)item["metadata"]!["name"]!;

    private static IEnumerable<string> Names(JsonNode? list) => (list?.AsArray() ?? []).Select(static item => (string)item!["name"]!);
}
