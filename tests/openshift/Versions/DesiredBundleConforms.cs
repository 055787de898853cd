using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Tests.Lab;
using Handcarry.Hosts.OpenShift.Versions;
using Handcarry.Twins;
using Handcarry.Twins.Cluster;
using Handcarry.Twins.Cluster.Conformance;

namespace Handcarry.Hosts.OpenShift.Tests.Versions;

public sealed class DesiredBundleConforms : DesiredBundleConformance, IAsyncLifetime
{
    private static readonly string Hex = new('d', 64);
    private static readonly string Image = $"quay.io/openshift-release-dev/ocp-release@sha256:{Hex}";

    private LabCluster _cluster = null!;
    private LabClusterVersion _version = null!;
    private ClusterVersionClient _client = null!;

    protected override IClusterVersion Port => _client;

    public async Task InitializeAsync()
    {
        _cluster = await LabCluster.StartAsync(KeepingClusterVersion.Yaml);
        (_version, _client) = Started(_cluster);
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task What_somebody_left_beside_the_wish_is_taken_out_of_a_request_and_of_its_withdrawal()
    {
        _version.Desire(new JsonObject { ["bundle"] = new JsonObject { ["file"] = "/dev/sdb" }, ["force"] = true, ["version"] = "4.18.1" });
        await _client.RequestUpgradeAsync(Image, "4.18.2", new SwitchFence(), default);
        Assert.Equal(["bundle", "image", "version"], Names());
        _version.Desire(new JsonObject { ["bundle"] = new JsonObject { ["file"] = "/dev/sdb" }, ["force"] = true, ["image"] = Image, ["version"] = "4.18.2" });
        await _client.WithdrawUpgradeAsync(Image, new SwitchFence(), default);
        Assert.Equal(["bundle"], Names());
        Assert.Equal("/dev/sdb", (string?)_version.Desired!["bundle"]!["file"]);
    }

    [Fact]
    public async Task A_digest_without_its_algorithm_is_one_of_SHA256()
    {
        _version.Desire(new JsonObject { ["bundle"] = new JsonObject { ["digest"] = Hex } });
        await using var probe = new WatchProbe<ClusterVersionView?>(_client.WatchAsync);
        Assert.Equal($"sha256:{Hex}", (await probe.UntilAsync(v => v?.Wish is not null, "the wish"))!.Wish!.Digest);
    }

    [Fact]
    public async Task An_API_server_with_the_published_definition_keeps_no_wish()
    {
        await using var cluster = await LabCluster.StartAsync();
        var (version, client) = Started(cluster);
        await version.PatchAsync(cluster.Connect(), Desired(new DesiredBundle("/dev/sdb", "", true)));
        Assert.Empty(version.Desired!);
        await client.RequestUpgradeAsync(Image, "4.18.2", new SwitchFence(), default);
        Assert.Equal(Image, (string?)version.Desired!["image"]);
        await client.WithdrawUpgradeAsync(Image, new SwitchFence(), default);
        Assert.Null(version.Desired);
    }

    protected override async ValueTask WishAsync(DesiredBundle? wish) => await _version.PatchAsync(_cluster.Connect(), Desired(wish));

    protected override ValueTask<(string Image, string Version)> DesiredAsync() =>
        ValueTask.FromResult(((string?)_version.Desired?["image"] ?? "", (string?)_version.Desired?["version"] ?? ""));

    // As an administrator's merge patch says it.
    private static JsonObject Desired(DesiredBundle? wish) => new()
    {
        ["bundle"] = wish is null ? null : new JsonObject { ["file"] = wish.File, ["digest"] = wish.Digest },
        ["hold"] = wish?.Hold,
    };

    private static (LabClusterVersion Version, ClusterVersionClient Client) Started(LabCluster cluster)
    {
        var version = new LabClusterVersion(cluster);
        version.Show(new("4.18.1", "quay.io/x@sha256:0", "", true, new HistoryEntry("4.18.1", "quay.io/x@sha256:0", true), null, null, null));
        return (version, new ClusterVersionClient(cluster.Connect(), LabCluster.Quick));
    }

    private List<string> Names() => [.. _version.Desired!.Select(member => member.Key).Order(StringComparer.Ordinal)];
}
