using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Hosts.OpenShift.Tests.Lab;
using Handcarry.Hosts.OpenShift.Versions;
using Handcarry.Twins;
using Handcarry.Twins.Cluster;

namespace Handcarry.Hosts.OpenShift.Tests.Versions;

public sealed class ClusterVersionClientTests : IAsyncLifetime
{
    private static readonly string Hex = new('a', 64);
    private static readonly string Digest = $"sha256:{Hex}";
    private static readonly string Image = $"quay.io/openshift-release-dev/ocp-release@{Digest}";

    private static readonly ClusterVersionView Running =
        new("4.18.1", "quay.io/x@sha256:0", "", true, new HistoryEntry("4.18.1", "quay.io/x@sha256:0", true), null, null, null);

    private readonly SwitchFence _fence = new();
    private LabCluster _cluster = null!;
    private Interception _wire = null!;
    private LabClusterVersion _version = null!;
    private ClusterVersionClient _client = null!;

    public async Task InitializeAsync()
    {
        _cluster = await LabCluster.StartAsync();
        _wire = _cluster.Keep(new Interception());
        _version = new LabClusterVersion(_cluster);
        _version.Show(Running);
        _client = new ClusterVersionClient(_cluster.Connect(null, _wire), LabCluster.Quick);
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Nothing_but_image_and_version_is_ever_written()
    {
        _version.Desire(new JsonObject { ["version"] = "4.18.1", ["architecture"] = "Multi", ["force"] = true });
        await _client.RequestUpgradeAsync(Image, "4.18.2", _fence, default);
        Assert.Equal($$"""{"image":"{{Image}}","version":"4.18.2"}""", Sorted(_version.Desired!));
        Assert.Equal("stable-4.18", (string)_version.Now["spec"]!["channel"]!);
    }

    [Fact]
    public async Task The_same_image_desired_with_force_is_desired_without()
    {
        _version.Desire(new JsonObject { ["image"] = Image, ["version"] = "4.18.2", ["force"] = true });
        await _client.RequestUpgradeAsync(Image, "4.18.2", _fence, default);
        Assert.Equal($$"""{"image":"{{Image}}","version":"4.18.2"}""", Sorted(_version.Desired!));
    }

    [Fact]
    public async Task What_oc_writes_for_the_same_request_is_left_as_it_is()
    {
        _version.Desire(new JsonObject { ["architecture"] = "", ["image"] = Image, ["version"] = "4.18.2", ["force"] = false });
        var generation = _version.Generation;
        await _client.RequestUpgradeAsync(Image, "4.18.2", _fence, default);
        Assert.Equal(generation, _version.Generation);
    }

    [Fact]
    public async Task The_operator_writing_status_in_between_is_no_conflict()
    {
        var touches = 0;
        Before(HttpMethod.Patch, () =>
        {
            if (touches++ < 2)
                _version.Touch();
        });
        await _client.RequestUpgradeAsync(Image, "4.18.2", _fence, default);
        Assert.Equal(3, touches);
        Assert.Equal(Image, (string)_version.Desired!["image"]!);
    }

    [Fact]
    public async Task An_administrator_desiring_something_else_in_between_wins()
    {
        Before(HttpMethod.Patch, () => _version.Desire(new JsonObject { ["version"] = "4.18.9", ["image"] = "quay.io/y@sha256:9" }));
        await Assert.ThrowsAsync<StaleWriteException>(async () => await _client.RequestUpgradeAsync(Image, "4.18.2", _fence, default));
        Assert.Equal("4.18.9", (string)_version.Desired!["version"]!);
    }

    [Fact]
    public async Task A_lease_lost_while_looking_stops_the_request()
    {
        var patches = 0;
        _wire.Before = request =>
        {
            if (request.Method == HttpMethod.Patch)
                patches++;
            else
                _fence.IsHeld = false;
        };
        await Assert.ThrowsAsync<StaleWriteException>(async () => await _client.RequestUpgradeAsync(Image, "4.18.2", _fence, default));
        Assert.Equal(0, patches);
        Assert.Null(_version.Desired);
    }

    [Fact]
    public async Task A_lease_lost_between_two_tries_stops_the_second()
    {
        Before(HttpMethod.Patch, () =>
        {
            _version.Touch();
            _fence.IsHeld = false;
        });
        await Assert.ThrowsAsync<StaleWriteException>(async () => await _client.RequestUpgradeAsync(Image, "4.18.2", _fence, default));
        Assert.Null(_version.Desired);
    }

    [Fact]
    public async Task A_request_whose_answer_was_lost_can_be_made_again()
    {
        _wire.LosesAnswer = request => request.Method == HttpMethod.Patch;
        await Assert.ThrowsAsync<ApiUnavailableException>(async () => await _client.RequestUpgradeAsync(Image, "4.18.2", _fence, default));
        var generation = _version.Generation;
        await _client.RequestUpgradeAsync(Image, "4.18.2", _fence, default);
        Assert.Equal(generation, _version.Generation);
    }

    [Fact]
    public async Task Without_a_ClusterVersion_nothing_can_be_asked()
    {
        _cluster.Objects.Remove("config.openshift.io/v1", "ClusterVersion", "", "version");
        await Assert.ThrowsAsync<ApiUnavailableException>(async () => await _client.RequestUpgradeAsync(Image, "4.18.2", _fence, default));
    }

    [Fact]
    public async Task A_dropped_watch_and_a_forgotten_history_lose_nothing()
    {
        await using var probe = new WatchProbe<ClusterVersionView?>(_client.WatchAsync);
        await probe.UntilAsync(v => v?.CurrentVersion == "4.18.1", "the object as it is");
        for (var i = 2; i <= 6; i++)
        {
            _cluster.Server.DropWatches();
            _version.Show(Running with { CurrentVersion = $"4.18.{i}", Head = new HistoryEntry($"4.18.{i}", Running.CurrentImage, true) });
            _cluster.Server.CompactNow();
            await probe.UntilAsync(v => v?.CurrentVersion == $"4.18.{i}", $"4.18.{i}");
        }
        Assert.DoesNotContain(null, probe.Seen);
    }

    [Fact]
    public async Task A_server_that_was_stopped_and_comes_back_is_watched_again()
    {
        await using var probe = new WatchProbe<ClusterVersionView?>(_client.WatchAsync);
        await probe.UntilAsync(v => v is not null, "the object as it is");
        await _cluster.Server.TakeDownAsync();
        await probe.UntilAsync(v => v is null, "the absence");
        _version.Show(Running with { CurrentVersion = "4.18.2", Head = new HistoryEntry("4.18.2", Running.CurrentImage, true) });
        await _cluster.Server.BringUpAsync();
        await probe.UntilAsync(v => v?.CurrentVersion == "4.18.2", "what changed meanwhile");
    }

    [Fact]
    public async Task Cancelled_watches_leave_nothing_behind()
    {
        await using (var probe = new WatchProbe<ClusterVersionView?>(_client.WatchAsync))
        {
            await probe.UntilAsync(v => v is not null, "the object as it is");
            await Eventually.HoldsAsync(() => _cluster.Server.OpenWatches == 1, "the watch");
        }
        await Eventually.HoldsAsync(() => _cluster.Server.OpenWatches == 0, "the watch being closed");
    }

    [Fact]
    public async Task The_signature_ConfigMap_is_what_the_operator_looks_for()
    {
        await _client.PutSignaturesAsync(Digest, [[1, 2], [3]], default);
        var map = Signatures();
        Assert.Equal("""{"release.openshift.io/verification-signatures":""}""", map["metadata"]!["labels"]!.ToJsonString());
        Assert.Equal($$"""{"sha256-{{Hex}}-1":"AQI=","sha256-{{Hex}}-2":"Aw=="}""", Sorted(map["binaryData"]!.AsObject()));
    }

    [Fact]
    public async Task Putting_the_same_signatures_again_does_not_touch_the_ConfigMap()
    {
        await _client.PutSignaturesAsync(Digest, [[1, 2]], default);
        var before = (string)Signatures()["metadata"]!["resourceVersion"]!;
        await _client.PutSignaturesAsync(Digest, [[1, 2]], default);
        Assert.Equal(before, (string)Signatures()["metadata"]!["resourceVersion"]!);
    }

    [Fact]
    public async Task A_ConfigMap_of_somebody_else_gains_label_and_signatures_and_keeps_its_own()
    {
        _cluster.Objects.Put(new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject { ["name"] = $"sha256-{Hex}", ["namespace"] = "openshift-config-managed", ["labels"] = new JsonObject { ["a"] = "b" } },
            ["binaryData"] = new JsonObject { [$"sha256-{Hex}-mirrored"] = "BA==" },
        });
        var touched = false;
        Before(HttpMethod.Put, () =>
        {
            if (touched)
                return;
            touched = true;
            var map = Signatures();
            map["metadata"]!["annotations"] = new JsonObject { ["c"] = "d" };
            _cluster.Objects.Put(map);
        });
        await _client.PutSignaturesAsync(Digest, [[1, 2]], default);
        Assert.Equal($$"""{"sha256-{{Hex}}-1":"AQI=","sha256-{{Hex}}-mirrored":"BA=="}""", Sorted(Signatures()["binaryData"]!.AsObject()));
        Assert.Equal("""{"a":"b","release.openshift.io/verification-signatures":""}""", Sorted(Signatures()["metadata"]!["labels"]!.AsObject()));
        Assert.Equal("""{"c":"d"}""", Signatures()["metadata"]!["annotations"]!.ToJsonString());
    }

    private void Before(HttpMethod method, Action act) => _wire.Before = request =>
    {
        if (request.Method == method)
            act();
    };

    private JsonObject Signatures() => _cluster.Objects.Find("v1", "ConfigMap", "openshift-config-managed", $"sha256-{Hex}")!;

    private static string Sorted(JsonObject json) =>
        new JsonObject(json.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone()))).ToJsonString();
}
