using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Hosts.OpenShift.Tests.Lab;
using Handcarry.Hosts.OpenShift.Upgrades;
using Handcarry.Twins;
using Handcarry.Twins.Cluster;

namespace Handcarry.Hosts.OpenShift.Tests.Upgrades;

public sealed class UpgradeStatusClientTests : IAsyncLifetime
{
    private static readonly UpgradeStatus Carrying = new()
    {
        Phase = Phase.Carrying,
        Epoch = 3,
        Nodes = [new NodeView("node-1", Stage.Ready, 5, 1, true, true), new NodeView("node-2", Stage.Receiving, 0, 0, false, false)],
    };

    private readonly SwitchFence _fence = new();
    private LabCluster _cluster = null!;
    private Interception _wire = null!;
    private UpgradeStatusClient _client = null!;

    public async Task InitializeAsync()
    {
        _cluster = await LabCluster.StartAsync();
        _wire = _cluster.Keep(new Interception());
        _client = _cluster.Keep(new UpgradeStatusClient(_cluster.Connect(null, _wire), "node-1", LabCluster.Quick));
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_write_whose_answer_was_lost_makes_the_next_one_stale_and_reading_heals()
    {
        await _client.ReadAsync(default);
        _wire.LosesAnswer = request => request.Method == HttpMethod.Put;
        await Assert.ThrowsAsync<ApiUnavailableException>(async () => await _client.WriteAsync(Carrying, _fence, default));
        _wire.LosesAnswer = _ => false;
        var next = Carrying with { Epoch = 4 };
        await Assert.ThrowsAsync<StaleWriteException>(async () => await _client.WriteAsync(next, _fence, default));
        Assert.Equal(3, (await _client.ReadAsync(default))!.Epoch);
        await _client.WriteAsync(next, _fence, default);
        Assert.Equal(4, (long)Stored()["status"]!["epoch"]!);
    }

    [Fact]
    public async Task A_write_without_the_lease_is_never_sent()
    {
        await _client.ReadAsync(default);
        var sent = 0;
        _wire.Before = _ => sent++;
        _fence.IsHeld = false;
        await Assert.ThrowsAsync<StaleWriteException>(async () => await _client.WriteAsync(Carrying, _fence, default));
        Assert.Equal(0, sent);
    }

    [Fact]
    public async Task A_status_never_touches_the_spec()
    {
        Put(new JsonObject { ["hold"] = true, ["bundle"] = new JsonObject { ["digest"] = $"sha256:{new string('e', 64)}" } });
        await _client.ReadAsync(default);
        var (spec, generation) = (Stored()["spec"]!.ToJsonString(), (long)Stored()["metadata"]!["generation"]!);
        await _client.WriteAsync(Carrying, _fence, default);
        Assert.Equal(spec, Stored()["spec"]!.ToJsonString());
        Assert.Equal(generation, (long)Stored()["metadata"]!["generation"]!);
    }

    [Fact]
    public async Task People_see_ready_nodes_and_conditions_with_times()
    {
        await _client.ReadAsync(default);
        await _client.WriteAsync(Carrying, _fence, default);
        var status = Stored()["status"]!;
        Assert.Equal("1/2", (string)status["nodesReady"]!);
        var conditions = status["nodes"]![0]!["conditions"]!.AsArray();
        Assert.Equal(["Extracted=True", "Loaded=True"], conditions.Select(c => $"{c!["type"]}={c["status"]}"));
        Assert.All(conditions, c => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", (string)c!["lastTransitionTime"]!));
    }

    [Fact]
    public async Task Programs_see_conditions_that_keep_their_time_while_nothing_changes()
    {
        await _client.ReadAsync(default);
        await _client.WriteAsync(Carrying, _fence, default);
        Assert.Equal("Completed=False Degraded=False Held=False Loaded=False Progressing=True", Conditions());
        await _client.WriteAsync(Carrying with { Phase = Phase.Refused, Reason = "DigestMismatch", Message = "It is another bundle." }, _fence, default);
        Assert.Equal("Completed=False Degraded=True Held=False Loaded=False Progressing=False", Conditions());
        var degraded = Stored()["status"]!["conditions"]!.AsArray().Single(c => (string)c!["type"]! == "Degraded")!;
        Assert.Equal(("DigestMismatch", "It is another bundle."), ((string)degraded["reason"]!, (string)degraded["message"]!));
        await _client.WriteAsync(Carrying with { Phase = Phase.Completed }, _fence, default);
        Assert.Equal("Completed=True Degraded=False Held=False Loaded=True Progressing=False", Conditions());
    }

    [Fact]
    public async Task The_last_ten_bundles_are_remembered_and_the_same_end_twice_counts_once()
    {
        await _client.ReadAsync(default);
        for (var i = 0; i < 12; i++)
        {
            var judged = Carrying with { Phase = Phase.Judging, Bundle = Bundle(i) };
            await _client.WriteAsync(judged, _fence, default);
            for (var again = 0; again < 2; again++)
                await _client.WriteAsync(judged with { Phase = Phase.Refused, Reason = "NotNewer" }, _fence, default);
            await _client.WriteAsync(judged with { Phase = Phase.Idle, Bundle = null }, _fence, default);
            await _client.WriteAsync(judged with { Phase = Phase.Refused, Reason = "NotNewer" }, _fence, default);
        }
        var history = Stored()["status"]!["history"]!.AsArray();
        Assert.Equal(Enumerable.Range(2, 10).Reverse().Select(i => $"4.17.{i} Refused NotNewer"),
            history.Select(e => $"{e!["version"]} {e["state"]} {e["reason"]}"));
        Assert.All(history, e => Assert.NotNull(e!["startedTime"]));

        static BundleView Bundle(int i) => new($"sha256:{new string((char)('a' + (i % 6)), 63)}{i % 10}", 1, $"4.17.{i}", "x86_64", "r", 1, 1, 1, "node-1");
    }

    [Fact]
    public async Task What_a_newer_version_put_into_the_status_is_kept()
    {
        await _client.ReadAsync(default);
        var mapped = StatusMapping.ToObject(Carrying, new BundleUpgrade.StatusPart
        {
            Others = new Dictionary<string, System.Text.Json.JsonElement> { ["newer"] = System.Text.Json.JsonDocument.Parse("[1]").RootElement },
            Conditions = [new BundleUpgrade.UpgradeConditionPart { Type = "Newer", Status = "True", Reason = "Because" }],
        }, DateTimeOffset.UnixEpoch);
        var text = Handcarry.Hosts.OpenShift.Api.ApiJson.Write(new BundleUpgrade { Status = mapped });
        Assert.Equal("[1]", JsonNode.Parse(text)!["status"]!["newer"]!.ToJsonString());
        Assert.Contains(mapped.Conditions!, condition => condition.Type == "Newer");
        Assert.Equal("[1]", Handcarry.Hosts.OpenShift.Api.ApiJson.Read<BundleUpgrade>(text)!.Status!.Others!["newer"].GetRawText());
    }

    [Fact]
    public async Task The_object_of_a_site_of_500_nodes_stays_below_200_kB()
    {
        await _client.ReadAsync(default);
        var nodes = Enumerable.Range(0, 500).Select(i =>
            new NodeView($"worker-{i:000}.cluster-a.example.com", Stage.Receiving, 12_345_678_901, 123, true, false, i < 20 ? "SlowLink" : "", i < 20 ? new string('x', 200) : ""));
        await _client.WriteAsync(Carrying with { Nodes = [.. nodes], Message = new string('m', 300) }, _fence, default);
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(Stored().ToJsonString()), 100_000, 200_000);
    }

    [Fact]
    public async Task The_fullest_status_there_can_be_is_accepted()
    {
        await _client.ReadAsync(default);
        var text = new string('ü', 5000);
        var node = new NodeView(new string('n', 253), Stage.Upgraded, long.MaxValue, int.MaxValue, true, true, text, text);
        var full = new UpgradeStatus
        {
            Phase = Phase.Cancelled,
            Reason = text,
            Message = text,
            Bundle = new BundleView(text, long.MaxValue, text, text, text, long.MaxValue, long.MaxValue, int.MaxValue, text),
            Epoch = long.MaxValue,
            Nodes = [.. Enumerable.Repeat(node, 20)],
            ObservedGeneration = long.MaxValue,
        };
        await _client.WriteAsync(full, _fence, default);
        var back = (await _client.ReadAsync(default))!;
        Assert.Equal((Phase.Cancelled, long.MaxValue, 20), (back.Phase, back.Epoch, back.Nodes.Count));
    }

    [Fact]
    public async Task An_event_is_about_the_object_and_lies_where_oc_describe_finds_it()
    {
        await _client.ReadAsync(default);
        await _client.RecordAsync(new UpgradeEvent(true, "DigestMismatch", "A blob is bad.", "node-2"), default);
        var said = Assert.Single(Events(), e => (string)e["involvedObject"]!["kind"]! == "BundleUpgrade");
        var about = said["involvedObject"]!;
        Assert.Equal(
            ("BundleUpgrade", "cluster", "handcarry.dev/v1alpha1", (string)Stored()["metadata"]!["uid"]!),
            ((string)about["kind"]!, (string)about["name"]!, (string)about["apiVersion"]!, (string)about["uid"]!));
        Assert.Equal(("Node", "node-2"), ((string)said["related"]!["kind"]!, (string)said["related"]!["name"]!));
        Assert.Equal("handcarry.dev/supervisor", (string)said["reportingComponent"]!);
        Assert.Equal("node-1", (string)said["reportingInstance"]!);
        Assert.Equal(1, (long)said["count"]!);
    }

    [Fact]
    public async Task An_event_about_a_node_is_also_said_of_the_node()
    {
        await _client.ReadAsync(default);
        var said = new UpgradeEvent(true, "NoSpace", "There is too little space.", "node-2");
        await _client.RecordAsync(said, default);
        await _client.RecordAsync(said, default);
        Assert.Equal(2, Events().Count);
        var ofNode = Assert.Single(Events(), e => (string)e["involvedObject"]!["kind"]! == "Node");
        Assert.Equal(("node-2", "node-2", "v1"), ((string)ofNode["involvedObject"]!["name"]!, (string)ofNode["involvedObject"]!["uid"]!, (string)ofNode["involvedObject"]!["apiVersion"]!));
        Assert.Equal("BundleUpgrade", (string)ofNode["related"]!["kind"]!);
        Assert.Equal(("NoSpace", "Warning", 2L), ((string)ofNode["reason"]!, (string)ofNode["type"]!, (long)ofNode["count"]!));
    }

    [Fact]
    public async Task Many_events_about_nodes_are_bounded_and_leave_room_for_those_of_the_upgrade()
    {
        for (var i = 0; i < 120; i++)
            await _client.RecordAsync(new UpgradeEvent(false, "NodeReady", $"Node {i} is ready.", $"node-{i}"), default);
        var sent = Events().Count;
        Assert.InRange(sent, 100, 200);
        await _client.RecordAsync(new UpgradeEvent(false, "Completed", "The cluster runs the new version."), default);
        Assert.Equal(sent + 1, Events().Count);
    }

    [Fact]
    public async Task The_same_event_again_counts_up_and_after_it_expired_is_new()
    {
        var said = new UpgradeEvent(false, "BundleFound", "A bundle was found.");
        await _client.RecordAsync(said, default);
        await _client.RecordAsync(said, default);
        await _client.RecordAsync(said, default);
        Assert.Equal(3, (long)Assert.Single(Events())["count"]!);
        _cluster.Objects.Remove("v1", "Event", "default", (string)Events()[0]["metadata"]!["name"]!);
        await _client.RecordAsync(said, default);
        Assert.Equal(1, (long)Assert.Single(Events())["count"]!);
    }

    [Fact]
    public async Task A_very_long_event_is_cut_to_what_the_server_takes()
    {
        await _client.RecordAsync(new UpgradeEvent(false, "Long", new string('x', 5000)), default);
        Assert.Equal(1024, ((string)Assert.Single(Events())["message"]!).Length);
    }

    [Fact]
    public async Task A_definition_that_is_not_installed_is_waited_for()
    {
        await using var bare = await Handcarry.Lab.Api.LabApiServer.StartAsync(new());
        var folder = Directory.CreateTempSubdirectory("handcarry-openshift-");
        try
        {
            var kubeconfig = bare.WriteKubeconfig(Path.Combine(folder.FullName, "kubeconfig"));
            using var api = new OpenShift.Api.ApiServer(OpenShift.Api.KubernetesConnection.Open(kubeconfig), TimeProvider.System);
            using var client = new UpgradeStatusClient(api, "node-1", LabCluster.Quick);
            await using var probe = new WatchProbe<UpgradeSpec>(client.WatchSpecAsync);
            var before = bare.Faults.Requests;
            await Eventually.HoldsAsync(() => bare.Faults.Requests >= before + 3, "further tries");
            Assert.Empty(probe.Seen);
            await Assert.ThrowsAsync<ApiUnavailableException>(async () => await client.ReadAsync(default));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_spec_is_seen_through_dropped_watches_and_a_forgotten_history()
    {
        await using var probe = new WatchProbe<UpgradeSpec>(_client.WatchSpecAsync);
        await probe.UntilAsync(_ => true, "the default spec");
        for (var hold = true; probe.Seen.Count < 5; hold = !hold)
        {
            _cluster.Server.DropWatches();
            Put(new JsonObject { ["hold"] = hold });
            _cluster.Server.CompactNow();
            await probe.UntilAsync(s => s.Hold == hold, $"hold {hold}");
        }
    }

    private string Conditions() => string.Join(' ', Stored()["status"]!["conditions"]!.AsArray()
        .Select(c => $"{c!["type"]}={c["status"]}").Order(StringComparer.Ordinal));

    private JsonObject Stored() => _cluster.Objects.Find(BundleUpgrade.Group, BundleUpgrade.KindName, "", BundleUpgrade.Name)!;

    private IReadOnlyList<JsonObject> Events() => _cluster.Objects.List("v1", "Event", "default");

    private void Put(JsonObject spec) => _cluster.Objects.Put(new JsonObject
    {
        ["apiVersion"] = BundleUpgrade.Group,
        ["kind"] = BundleUpgrade.KindName,
        ["metadata"] = new JsonObject { ["name"] = BundleUpgrade.Name },
        ["spec"] = spec,
    });
}
