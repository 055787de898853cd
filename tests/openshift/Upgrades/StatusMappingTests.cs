using CsCheck;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Hosts.OpenShift.Upgrades;

namespace Handcarry.Hosts.OpenShift.Tests.Upgrades;

public sealed class StatusMappingTests
{
    private static readonly DateTimeOffset Noon = new(2025, 6, 1, 12, 0, 0, 123, TimeSpan.Zero);

    private static readonly Gen<NodeView> Nodes = Gen.Select(
        Gen.String[1, 20], Gen.Enum<Stage>(), Gen.Long[0, long.MaxValue], Gen.Int[0, int.MaxValue], Gen.Bool, Gen.Bool,
        Gen.String[0, StatusLimits.Reason], Gen.String[0, StatusLimits.NodeMessage],
        (name, stage, bytes, images, extracted, loaded, reason, message) => new NodeView(name, stage, bytes, images, extracted, loaded, reason, message));

    private static readonly Gen<BundleView> Bundles = Gen.Select(
        Gen.String[0, StatusLimits.Digest], Gen.Long[0, long.MaxValue], Gen.String[0, 30], Gen.String[0, 10], Gen.String[0, 100],
        Gen.Long[0, long.MaxValue], Gen.Int[0, int.MaxValue], Gen.String[0, 60],
        (commitment, size, version, arch, release, unpacked, images, source) =>
            new BundleView(commitment, size, version, arch, release, size, unpacked, images, source));

    private static readonly Gen<Finding> SomeFindings = Gen.Select(
        Gen.String[1, StatusLimits.Reason], Gen.String[0, 200], Gen.Enum<Severity>(), Gen.String[0, 60],
        (reason, message, severity, subject) => new Finding(reason, message, "", severity) { Subject = subject });

    private static readonly Gen<UpgradeStatus> Statuses = Gen.Select(
        Gen.Enum<Phase>(), Gen.String[0, StatusLimits.Reason], Gen.String[0, StatusLimits.Message], Gen.Bool.SelectMany(some => some ? Bundles : Gen.Const((BundleView)null!)),
        Gen.Long[0, long.MaxValue], Nodes.List[0, 6], SomeFindings.List[0, StatusLimits.Findings], Gen.Long[0, long.MaxValue],
        (phase, reason, message, bundle, epoch, nodes, findings, generation) => new UpgradeStatus
        {
            Phase = phase,
            Reason = reason,
            Message = message,
            Bundle = bundle,
            Epoch = epoch,
            Nodes = nodes,
            Findings = findings,
            FindingsTotal = findings.Count,
            ObservedGeneration = generation,
        });

    [Fact]
    public void Any_status_within_the_limits_comes_back_from_the_wire_as_it_went() => Statuses.Sample(status =>
    {
        var back = StatusMapping.FromObject(OverTheWire(StatusMapping.ToObject(status, null, Noon)))!;
        return back.Nodes.SequenceEqual(status.Nodes) && back.Findings.SequenceEqual(status.Findings)
            && back with { Nodes = [], Findings = [] } == status with { Nodes = [], Findings = [] };
    });

    [Fact]
    public void Conditions_keep_the_time_of_their_last_transition()
    {
        var node = new NodeView("node-1", Stage.Receiving, 0, 0, false, false);
        var first = OverTheWire(StatusMapping.ToObject(Of(node), null, Noon));
        var second = OverTheWire(StatusMapping.ToObject(Of(node with { Extracted = true }), first, Noon.AddMinutes(1)));
        var third = OverTheWire(StatusMapping.ToObject(Of(node with { Extracted = true, BytesHeld = 5 }), second, Noon.AddMinutes(2)));
        var (zero, one) = (new DateTime(2025, 6, 1, 12, 0, 0, DateTimeKind.Utc), new DateTime(2025, 6, 1, 12, 1, 0, DateTimeKind.Utc));
        Assert.Equal([zero, zero], Times(first));
        Assert.Equal([one, zero], Times(second));
        Assert.Equal([one, zero], Times(third));
        Assert.Equal(["Extracted", "Loaded"], third.Nodes![0].Conditions!.Select(c => c.Type));
    }

    [Fact]
    public void The_time_of_the_last_update_moves_only_when_something_changes()
    {
        var status = Of(new NodeView("node-1", Stage.Receiving, 0, 0, false, false));
        var first = OverTheWire(StatusMapping.ToObject(status, null, Noon));
        var same = OverTheWire(StatusMapping.ToObject(status, first, Noon.AddMinutes(1)));
        var other = OverTheWire(StatusMapping.ToObject(status with { Epoch = 2 }, same, Noon.AddMinutes(2)));
        Assert.Equal(first.LastUpdateTime, same.LastUpdateTime);
        Assert.Equal(first.LastUpdateTime!.Value.AddMinutes(2), other.LastUpdateTime);
    }

    [Fact]
    public void Ready_nodes_are_counted_for_people()
    {
        var nodes = Enum.GetValues<Stage>().Select(s => new NodeView($"{s}", s, 0, 0, false, false)).ToArray();
        Assert.Equal("3/6", StatusMapping.ToObject(Of(nodes), null, Noon).NodesReady);
        Assert.Equal("0/0", StatusMapping.ToObject(Of(), null, Noon).NodesReady);
    }

    [Fact]
    public void What_goes_beyond_the_limits_is_cut_and_not_refused()
    {
        var node = new NodeView("node-1", Stage.Waiting, 0, 0, false, false, new string('r', 999), new string('m', 9999));
        var status = new UpgradeStatus { Phase = Phase.Failed, Message = new string('x', 1022) + "😀😀", Nodes = [.. Enumerable.Repeat(node, 2001)] };
        var part = StatusMapping.ToObject(status, null, Noon);
        Assert.Equal(new string('x', 1022) + "…", part.Message);
        Assert.Equal(StatusLimits.Nodes, part.Nodes!.Count);
        Assert.Equal("0/2001", part.NodesReady);
        Assert.Equal(StatusLimits.Reason, part.Nodes[0].Reason!.Length);
        Assert.InRange(part.Nodes[0].Message!.Length, 50, StatusLimits.NodeMessage);
    }

    [Fact]
    public void The_largest_cluster_with_a_problem_on_every_node_fits_into_etcd()
    {
        var nodes = Enumerable.Range(0, StatusLimits.Nodes)
            .Select(_ => new NodeView(new string('n', 63), Stage.Receiving, long.MaxValue, int.MaxValue, false, false, new string('r', 999), new string('m', 999)));
        var json = ApiJson.Write(StatusMapping.ToObject(Of([.. nodes]), null, Noon));
        Assert.InRange(json.Length, 1, 1_500_000);
    }

    [Fact]
    public void Five_hundred_nodes_at_work_take_less_than_200_kB()
    {
        var nodes = Enumerable.Range(0, 500).Select(i => new NodeView(
            $"worker-{i:000}.site-17.example.com", Stage.Receiving, 12_345_678_901, 123, false, false,
            i % 10 == 0 ? "SlowLink" : "",
            i % 10 == 0 ? $"worker-{i:000}.site-17.example.com draws only 900 kB/s; it stands at the end of the chain. Check its network and its disk." : ""));
        Assert.InRange(ApiJson.Write(StatusMapping.ToObject(Of([.. nodes]), null, Noon)).Length, 100_000, 200_000);
    }

    [Fact]
    public void Findings_on_five_hundred_nodes_leave_the_status_below_200_kB_and_their_number_is_told()
    {
        var nodes = Enumerable.Range(0, 500).Select(i => new NodeView($"worker-{i:000}.site-17.example.com", Stage.Waiting, 0, 0, false, false)).ToArray();
        var findings = nodes.Select(node => new Finding(
            "NodeDiskPressure", $"Node {node.Name} is short of disk space: the kubelet evicts its pods and deletes its images. {new string('x', 400)}", "Free space there.").About("Node", node.Name)).ToList();
        var status = Of(nodes) with { Findings = [.. findings.Take(UpgradeStatus.MostFindings)], FindingsTotal = findings.Count };
        var part = StatusMapping.ToObject(status, null, Noon);
        Assert.Equal((UpgradeStatus.MostFindings, 500), (part.Findings!.Count, part.FindingsTotal));
        Assert.Equal(("Refusal", "Node/worker-000.site-17.example.com"), (part.Findings[0].Severity, part.Findings[0].Subject));
        Assert.StartsWith("Node worker-000.site-17.example.com is short of disk space", part.Findings[0].Message, StringComparison.Ordinal);
        Assert.InRange(ApiJson.Write(part).Length, 100_000, 200_000);
    }

    [Fact]
    public void An_object_pruned_to_its_phase_is_still_a_status()
    {
        var pruned = OverTheWire("""{"phase":"Loaded","nodes":[{"name":"a","stage":"Ready"},{"name":"b"}],"bundle":{"version":"4.18.2"},"yet":"unknown"}""");
        var status = StatusMapping.FromObject(pruned)!;
        Assert.Equal((Phase.Loaded, "", ""), (status.Phase, status.Reason, status.Message));
        Assert.Equal(new BundleView("", 0, "4.18.2", "", "", 0, 0, 0, ""), status.Bundle);
        Assert.Equal([new NodeView("a", Stage.Ready, 0, 0, false, false), new NodeView("b", Stage.Waiting, 0, 0, false, false)], status.Nodes);
    }

    [Fact]
    public void No_status_and_an_empty_one_are_none()
    {
        Assert.Null(StatusMapping.FromObject(null));
        Assert.Null(StatusMapping.FromObject(OverTheWire("{}")));
    }

    [Theory]
    [InlineData("""{"phase":"Dreaming"}""")]
    [InlineData("""{"phase":"3"}""")]
    [InlineData("""{"phase":"Idle","nodes":[{"name":"a","stage":"Flying"}]}""")]
    public void Words_of_a_newer_version_are_not_guessed_at(string json) =>
        Assert.Contains("newer version", Assert.Throws<FormatException>(() => StatusMapping.FromObject(OverTheWire(json))).Message, StringComparison.Ordinal);

    private static UpgradeStatus Of(params NodeView[] nodes) => new() { Phase = Phase.Carrying, Nodes = nodes };

    private static DateTime?[] Times(BundleUpgrade.StatusPart part) => [.. part.Nodes![0].Conditions!.Select(c => c.LastTransitionTime)];

    private static BundleUpgrade.StatusPart OverTheWire(BundleUpgrade.StatusPart part) => OverTheWire(ApiJson.Write(part));

    private static BundleUpgrade.StatusPart OverTheWire(string json) => ApiJson.Read<BundleUpgrade.StatusPart>(json)!;
}
