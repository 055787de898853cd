using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Tests.Samples;
using Handcarry.Actors.Tests.Scenarios;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Twins;
using Handcarry.Twins.Cluster;

namespace Handcarry.Actors.Tests.Cluster;

/// <summary>The supervisor as an actor, on the twins of its ports, with one node that is a probe.</summary>
public sealed class UpgradeSupervisorTests : TestKit
{
    private readonly TemporaryFolder _folder = new();
    private readonly InMemoryApi _api = new();
    private readonly InMemoryBundleUpgrade _upgrade;
    private readonly InMemoryClusterVersion _version;
    private readonly InMemoryReleaseKeys _keys;
    private readonly InMemoryMachineUpkeep _upkeep;
    private readonly InMemoryPinnedImageSets _pins;
    private readonly InMemoryLease _lease;
    private readonly BlobStore _blobs;
    private readonly TestProbe _node;

    public UpgradeSupervisorTests()
    {
        _upgrade = new InMemoryBundleUpgrade(_api);
        _version = new InMemoryClusterVersion(_api);
        _version.Show(view => view with { CurrentVersion = "4.12.3" });
        _upkeep = new InMemoryMachineUpkeep(_api);
        _keys = new InMemoryReleaseKeys(_api);
        _upgrade.SetSpec(new UpgradeSpec(false, "", 0) { Trust = new TrustSpec { AllowUnsigned = true } });
        _pins = new InMemoryPinnedImageSets(_api);
        _lease = new InMemoryLease(_api);
        _blobs = BlobStore.Open(_folder.Path);
        _node = CreateTestProbe("n1");
        _node.IgnoreMessages(message => message is SiteSummary);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _blobs.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_release_that_nobody_signed_is_refused_and_the_operator_is_never_asked()
    {
        _upgrade.SetSpec(hold: false);
        var facts = await StoreBundleAsync();
        var supervisor = Start("n1");
        supervisor.Tell(Report(facts, Stage.Ready, 1), _node.Ref);
        await Eventually.HoldsAsync(() => _upgrade.Status?.Phase == Phase.Refused, "the release is refused");
        Assert.Equal(Reasons.ReleaseKeysMissing, _upgrade.Status!.Reason);
        Assert.Empty(_version.Requests);
        Assert.Equal(Reasons.ReleaseKeysMissing, (await _node.FishForMessageAsync<StopWork>(_ => true, Eventually.Deadline)).Reason);
    }

    [Fact]
    public async Task A_bundle_is_accepted_written_down_planned_and_asked_for()
    {
        _upkeep.AddCheck("workers", paused: false);
        var facts = await StoreBundleAsync();
        var supervisor = Start("n1");
        await Eventually.HoldsAsync(() => _upgrade.Status?.Phase == Phase.Idle, "the supervisor acts");

        supervisor.Tell(Report(facts, Stage.Waiting, epoch: 0), _node.Ref);
        var plan = await _node.ExpectMsgAsync<CarryPlan>(Eventually.Deadline);
        Assert.Equal("usb1", plan.MediumId);
        Assert.Equal(["workers"], _upkeep.PausedChecks);
        Assert.Equal(plan.Epoch, _upgrade.Status!.Epoch);
        Assert.Empty(_version.Requests);

        supervisor.Tell(Report(facts, Stage.Ready, plan.Epoch), _node.Ref);
        await Eventually.HoldsAsync(() => _version.Requests.Count == 1, "the operator is asked");
        Assert.Equal((facts.Release, facts.Version), _version.Requests[0]);
        Assert.False(_version.Desired.Force);
        Assert.Single(Assert.Single(_version.Signatures).Value);
        Assert.Equal(Phase.Upgrading, _upgrade.Status!.Phase);

        _version.Show(view => view with { Head = new HistoryEntry(facts.Version, facts.Release, true), Observed = true });
        Assert.Equal(facts.Version, (await _node.ExpectMsgAsync<FinishWork>(Eventually.Deadline)).Version);
        await Eventually.HoldsAsync(() => _upgrade.Status!.Phase == Phase.Completed, "the status says so");
        Assert.Contains(_upgrade.Events, e => e.Reason == "Completed");
        await Eventually.HoldsAsync(() => _upkeep.PausedChecks.Count == 0, "what was paused goes on");
    }

    [Fact]
    public async Task A_bundle_is_judged_for_whoever_asks_while_another_is_carried_and_nothing_changes()
    {
        var supervisor = Start("n1");
        supervisor.Tell(Report(Bundles.Facts("B"), Stage.Waiting, 0), _node.Ref);
        await _node.ExpectMsgAsync<CarryPlan>(Eventually.Deadline);
        var epoch = _upgrade.Status!.Epoch;

        var answer = await supervisor.Ask<Judgement>(new JudgeBundle(Bundles.Facts("A")), Eventually.Deadline);
        Assert.Equal((true, Phase.Carrying, "NotNewer"), (answer.Acting, answer.Phase, answer.Bundles[0].Findings[0].Reason));
        Assert.Equal(Bundles.Commitment("B"), Assert.Single((await supervisor.Ask<Judgement>(new JudgeBundle(null), Eventually.Deadline)).Bundles).Commitment);
        Assert.Equal((Phase.Carrying, epoch), (_upgrade.Status!.Phase, _upgrade.Status.Epoch));
    }

    [Fact]
    public async Task Whoever_asks_hears_of_all_that_was_reported_before()
    {
        var supervisor = Start("n1");
        await Eventually.HoldsAsync(() => _upgrade.Status?.Phase == Phase.Idle, "the supervisor acts");
        for (var held = 1; held <= 100; held++)
        {
            supervisor.Tell(Report(Bundles.Facts("B"), Stage.Receiving, 0) with { Media = [], BytesHeld = held }, _node.Ref);
            var status = await supervisor.Ask<StatusReply>(new GetStatus(), Eventually.Deadline);
            Assert.Equal(held, Assert.Single(status.Reports).BytesHeld);
        }
    }

    [Fact]
    public async Task Findings_are_in_the_status_one_by_one()
    {
        var supervisor = Start("n1");
        supervisor.Tell(Report(Bundles.Facts("A"), Stage.Waiting, 0) with { FreeForBlobs = 5, OneFileSystem = true }, _node.Ref);
        await Eventually.HoldsAsync(() => _upgrade.Status?.Phase == Phase.Refused, "the bundle is refused");
        Assert.Equal([("NotNewer", ""), (Reasons.NoSpace, "Node/n1")], _upgrade.Status!.Findings.Select(f => (f.Reason, f.Subject)));
        Assert.Equal(2, _upgrade.Status.FindingsTotal);
    }

    [Fact]
    public async Task The_operator_is_asked_only_once_the_daemons_have_pinned_every_image_of_the_bundle()
    {
        _pins.AddPool("worker");
        var facts = await StoreBundleAsync();
        var time = new ManualTime();
        var supervisor = Start("n1", time);
        await Eventually.HoldsAsync(() => _upgrade.Status?.Phase == Phase.Idle, "the supervisor acts");
        supervisor.Tell(Report(facts, Stage.Waiting, epoch: 0), _node.Ref);
        var plan = await _node.ExpectMsgAsync<CarryPlan>(Eventually.Deadline);
        supervisor.Tell(Report(facts, Stage.Ready, plan.Epoch), _node.Ref);
        await Eventually.HoldsAsync(() => _upgrade.Status!.Reason == PinnedSets.Waiting, "the status says what is waited for");
        Assert.Empty(_version.Requests);
        Assert.Equal(facts.Images, Assert.Single(_pins.Sets).Value.Count);
        Assert.Single(_version.Signatures);
        _pins.Report("n1", "");
        time.Advance(TimeSpan.FromSeconds(10));
        await Eventually.HoldsAsync(() => _version.Requests.Count == 1, "the operator is asked");
    }

    [Fact]
    public async Task Without_the_lease_nothing_is_written_and_nobody_is_told()
    {
        var other = new InMemoryFence(_lease, "n9", TimeProvider.System);
        Assert.True(await other.TryHoldAsync(default));
        var supervisor = Start("n1");
        supervisor.Tell(Report(Bundles.Facts("B"), Stage.Ready, 1), _node.Ref);
        var reply = await supervisor.Ask<StatusReply>(new GetStatus(), Eventually.Deadline);
        Assert.False(reply.Acting);
        Assert.Null(_upgrade.Status);

        // The other goes in good order: its lease need not expire.
        await other.ReleaseAsync(default);
        await Eventually.HoldsAsync(() => _upgrade.Status is not null, "the lease was taken over");
        Assert.Equal("n1", _lease.Holder);
    }

    [Fact]
    public async Task A_write_that_meets_another_writer_makes_it_read_again_and_go_on()
    {
        var supervisor = Start("n1");
        await Eventually.HoldsAsync(() => _upgrade.Status is not null, "the supervisor acts");
        _api.ConflictNext();
        supervisor.Tell(Report(Bundles.Facts("B"), Stage.Waiting, 0), _node.Ref);
        await Eventually.HoldsAsync(
            () =>
            {
                supervisor.Tell(Report(Bundles.Facts("B"), Stage.Waiting, 0), _node.Ref);
                return _upgrade.Status!.Phase == Phase.Carrying;
            },
            "the decision was taken again under the newest version");
        Assert.Equal("usb1", (await _node.ExpectMsgAsync<CarryPlan>(Eventually.Deadline)).MediumId);
    }

    [Fact]
    public async Task While_the_api_is_away_decisions_wait_and_none_is_lost()
    {
        var facts = await StoreBundleAsync();
        var supervisor = Start("n1");
        await Eventually.HoldsAsync(() => _upgrade.Status is not null, "the supervisor acts");
        _api.Away = true;
        supervisor.Tell(Report(facts, Stage.Waiting, 0), _node.Ref);
        var reply = await supervisor.Ask<StatusReply>(new GetStatus(), Eventually.Deadline);
        Assert.Equal("n1", Assert.Single(reply.Reports).Node);
        Assert.NotEqual(Phase.Carrying, _upgrade.Status!.Phase);
        _api.Away = false;
        await Eventually.HoldsAsync(
            () =>
            {
                supervisor.Tell(Report(facts, Stage.Waiting, 0), _node.Ref);
                return _upgrade.Status!.Phase == Phase.Carrying;
            },
            "the decision was written once the API was back");
    }

    [Fact]
    public async Task An_agent_that_dies_is_left_out_at_once()
    {
        var supervisor = Start("n1");
        supervisor.Tell(Report(Bundles.Facts("B"), Stage.Waiting, 0), _node.Ref);
        await _node.ExpectMsgAsync<CarryPlan>(Eventually.Deadline);
        Sys.Stop(_node.Ref);
        await Eventually.HoldsAsync(() => _upgrade.Status!.Nodes is [{ Reason: "AgentSilent" }], "the status names the silent agent");
    }

    private IActorRef Start(string node, TimeProvider? time = null)
    {
        var nodes = new InMemoryClusterNodes(_api);
        nodes.Set(new ClusterNode("n1", "amd64", true));
        var ports = new SupervisorPorts(
            _version,
            new InMemoryUpgradeStatus(_upgrade),
            nodes,
            new InMemoryClusterHealth(_api),
            _upkeep,
            new InMemoryFence(_lease, node, TimeProvider.System),
            new ReleaseVerifier(new SignatureReader(_blobs, new BundleLimits()), _keys, TimeProvider.System),
            new ReleasePins(_blobs, new BundleLimits(), _pins));
        return Sys.ActorOf(Props.Create(() => new UpgradeSupervisor(node, ports, time ?? TimeProvider.System)), "supervisor");
    }

    private async Task<BundleFacts> StoreBundleAsync()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        await ABundle.StoreAsync(bytes, _blobs);
        return facts;
    }

    private static NodeReport Report(BundleFacts facts, Stage stage, long epoch) => new()
    {
        Node = "n1",
        Self = new Peer("n1", "akka.ssl.tcp://handcarry@n1:9240", "https://n1:9241/"),
        Stage = stage,
        Epoch = epoch,
        Commitment = stage == Stage.Waiting ? "" : facts.Commitment,
        FreeForBlobs = 100_000_000_000,
        FreeForStore = 100_000_000_000,
        Media = [new MediumReport("usb1", "/dev/usb1", facts)],
    };
}
