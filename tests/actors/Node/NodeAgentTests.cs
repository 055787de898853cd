using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Tests.Samples;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry;
using Handcarry.Streams.Replication;
using Handcarry.Twins;
using Handcarry.Twins.Node;

namespace Handcarry.Actors.Tests.Node;

/// <summary>A node's agent with its children, on a real blob store and the twins of media and images; the supervisor is a probe.</summary>
public sealed class NodeAgentTests : TestKit
{
    private static readonly Config Config = ConfigurationFactory.ParseString(
        """
        akka.actor.provider = cluster
        akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
        akka.log-dead-letters = off
        """);

    private readonly TemporaryFolder _folder = new();
    private readonly BlobStore _blobs;
    private readonly InMemoryMediaSource _media = new();
    private InMemoryImageStore _images = new();
    private readonly InMemoryRuntimeConfig _runtime = new();
    private InMemorySealedStores _sealed;
    private bool _publishUnproved;
    private Digest _inUse;
    private RegistryIndex _registry = new();
    private readonly TestProbe _supervisor;
    private readonly HttpClient _http = new();
    private long _free = 1L << 40;

    public NodeAgentTests()
        : base(Config)
    {
        _sealed = new InMemorySealedStores(_images);
        _blobs = BlobStore.Open(_folder.Path);
        _supervisor = CreateTestProbe("supervisor");
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _http.Dispose();
        _blobs.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_medium_is_reported_read_once_and_its_images_become_ready()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        var agent = Start("a");
        var medium = _media.Insert("usb1", bytes);
        var found = await ReportAsync(r => r.Media.Count == 1);
        Assert.Equal(facts, found.Media[0].Bundle);
        Assert.Equal(Stage.Waiting, found.Stage);

        agent.Tell(new CarryPlan(1, facts, medium.Id, null), _supervisor.Ref);
        var ready = await ReportAsync(r => r.Stage == Stage.Ready);
        Assert.Equal((1L, facts.Commitment, facts.Size, 3, true), (ready.Epoch, ready.Commitment, ready.BytesHeld, ready.ImagesLoaded, ready.Extracted));
        Assert.Equal(3, (await _images.ListAsync(default)).Count);
        await AssertServedAsync(facts);
        Assert.Equal(1, _media.Opened);
        Assert.InRange(_media.BytesRead, facts.Size, bytes.Length);

        agent.Tell(new FinishWork(facts.Commitment, facts.Version), _supervisor.Ref);
        await ReportAsync(r => r.Stage == Stage.Upgraded);
    }

    [Fact]
    public async Task A_damaged_blob_is_named_and_its_image_is_not_imported_nor_anything_published()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        // The last bytes before the two empty blocks belong to the last layer.
        bytes[^(1024 + 600)] ^= 1;
        var agent = Start("a");
        var medium = _media.Insert("usb1", bytes);
        await ReportAsync(r => r.Media.Count == 1);
        agent.Tell(new CarryPlan(1, facts, medium.Id, null), _supervisor.Ref);
        var bad = await ReportAsync(r => r.Media is [{ Reason: Reasons.DigestMismatch }]);
        Assert.Contains("sha256:", bad.Media[0].Message, StringComparison.Ordinal);
        Assert.False(bad.Extracted);

        agent.Tell(new StopWork(2, facts.Commitment, Reasons.DigestMismatch), _supervisor.Ref);
        await ReportAsync(r => r.Stage == Stage.Waiting && r.Commitment.Length == 0);
        Assert.Null(_images.Generation);
        Assert.Empty(await _images.ListAsync(default));
    }

    [Fact]
    public async Task An_agent_that_starts_again_goes_on_from_its_journal_and_its_blobs()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        var first = Start("a");
        var medium = _media.Insert("usb1", bytes);
        await ReportAsync(r => r.Media.Count == 1);
        // Until the end, however often it is tried before everything has been read.
        for (var i = 0; i < 1000; i++)
            _images.FailNext(new LoadException("NoSpace", "The disk is full."));
        first.Tell(new CarryPlan(1, facts, medium.Id, null), _supervisor.Ref);
        await ReportAsync(r => r is { Extracted: true, Reason: "NoSpace" });
        Watch(first);
        Sys.Stop(first);
        await ExpectTerminatedAsync(first, Eventually.Deadline);
        var read = _media.BytesRead;

        // No plan is needed for what can be done with what is here.
        _images = new InMemoryImageStore();
        _sealed = new InMemorySealedStores(_images);
        _registry = new RegistryIndex();
        Start("b");
        await ReportAsync(r => r.Stage == Stage.Ready);
        await AssertServedAsync(facts);
        Assert.Equal(3, (await _images.ListAsync(default)).Count);
        Assert.InRange(_media.BytesRead - read, 0, 64 << 10);
    }

    [Fact]
    public async Task The_running_release_and_its_signatures_are_served_by_an_agent_that_starts_again_while_the_next_one_is_carried()
    {
        var (older, olderBytes) = await ABundle.WriteSignedAsync();
        var (next, _) = await ABundle.WriteAsync();
        var first = await RunAsync(older, olderBytes);
        first.Tell(new CarryPlan(2, next, "", null), _supervisor.Ref);
        await ReportAsync(r => r.Commitment == next.Commitment);
        Watch(first);
        Sys.Stop(first);
        await ExpectTerminatedAsync(first, Eventually.Deadline);

        _registry = new RegistryIndex();
        Start("b");

        var release = ImageName.Parse(older.Release);
        var tag = BundleAttachment.TagOf(release.Digest);
        await AwaitAssertAsync(() => Assert.NotNull(_registry.Find(release.Repository, tag)), Eventually.Deadline);
        Assert.True(_blobs.Contains(_registry.Find(release.Repository, tag)!.Digest));
        Assert.True(_blobs.Contains(_registry.Find(release.Repository, release.Digest.ToString())!.Digest));
    }

    [Fact]
    public async Task Blobs_of_the_release_before_go_when_the_next_one_runs_and_only_those_that_it_does_not_have_and_nobody_uses()
    {
        var (older, olderBytes) = await ABundle.WriteAsync();
        var (next, nextBytes) = await ABundle.WriteSealedAsync();
        var agent = await RunAsync(older, olderBytes);
        var before = _blobs.Enumerate().Select(static blob => blob.Key).ToHashSet();
        _inUse = before.First(digest => _blobs.SizeOf(digest) > 4_000_000);
        var medium = _media.Insert("usb2", nextBytes);
        await ReportAsync(r => r.Media.Count == 2);
        agent.Tell(new CarryPlan(2, next, medium.Id, null), _supervisor.Ref);
        await ReportAsync(r => r.Stage == Stage.Ready && r.Commitment == next.Commitment);
        Assert.Subset(_blobs.Enumerate().Select(static blob => blob.Key).ToHashSet(), before);

        agent.Tell(new FinishWork(next.Commitment, next.Version), _supervisor.Ref);

        var inventory = await InventoryFile.ReadAsync(_blobs, Digest.Parse(next.Commitment), new BundleLimits(), default);
        var wanted = inventory.Blobs.Select(static blob => blob.Digest).Append(Digest.Parse(next.Commitment)).Append(_inUse).Append(Digest.Parse(older.Commitment)).ToHashSet();
        await AwaitAssertAsync(() => Assert.Equal(wanted.Order(), _blobs.Enumerate().Select(static blob => blob.Key).Order()), Eventually.Deadline);
        Assert.True(before.Except(wanted).Any());
    }

    [Fact]
    public async Task Blobs_of_a_bundle_that_was_given_up_count_as_free_and_make_room_for_another()
    {
        var (given, givenBytes) = await ABundle.WriteSealedAsync();
        var (next, nextBytes) = await ABundle.WriteSignedAsync();
        _sealed.Gate = stop => Task.Delay(Timeout.Infinite, stop);
        var agent = await CarryAsync(given, givenBytes);
        await ReportAsync(r => r.Reason == Reasons.StoreProving);
        agent.Tell(new StopWork(2, given.Commitment, "Enough"), _supervisor.Ref);
        // Its blobs and its inventory.
        await ReportAsync(r => r.Stage == Stage.Waiting && r.FreeForBlobs > _free + given.Size);

        Volatile.Write(ref _free, (256L << 20) + next.Size - 1);
        var medium = _media.Insert("usb2", nextBytes);
        await ReportAsync(r => r.Media.Count == 2);
        agent.Tell(new CarryPlan(3, next, medium.Id, null), _supervisor.Ref);
        await ReportAsync(r => r.Reason == Reasons.NoSpace);
        await AwaitAssertAsync(() => Assert.False(_blobs.Contains(Digest.Parse(given.Commitment))), Eventually.Deadline);
        Volatile.Write(ref _free, 1L << 40);
        await ReportAsync(r => r.Stage == Stage.Ready);
    }

    [Fact]
    public async Task A_node_with_too_little_room_reads_no_blob_until_there_is_more()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        _free = (256L << 20) + facts.Size - 1;
        var agent = Start("a");
        var medium = _media.Insert("usb1", bytes);
        await ReportAsync(r => r.Media.Count == 1);
        agent.Tell(new CarryPlan(1, facts, medium.Id, null), _supervisor.Ref);
        var full = await ReportAsync(r => r.Reason == Reasons.NoSpace);
        Assert.Contains(" 1 MB too little room", full.Message, StringComparison.Ordinal);
        Assert.Equal((0L, facts.Commitment), (full.BytesHeld, _blobs.Enumerate().Single().Key.ToString()));

        _free++;
        var ready = await ReportAsync(r => r.Stage == Stage.Ready);
        Assert.Equal((facts.Size, ""), (ready.BytesHeld, ready.Reason));
    }

    [Fact]
    public async Task A_sealed_store_is_proved_with_progress_before_the_runtime_sees_it()
    {
        var (facts, bytes) = await ABundle.WriteSealedAsync();
        var proof = new TaskCompletionSource();
        _sealed.Gate = stop => proof.Task.WaitAsync(stop);
        await CarryAsync(facts, bytes);
        var proving = await ReportAsync(r => r.Reason == Reasons.StoreProving);
        Assert.Equal((Stage.Loading, 0), (proving.Stage, proving.ImagesLoaded));
        Assert.Equal("Proving the sealed store: 0.0 of 0.0 GB.", proving.Message);
        Assert.Null(_sealed.Published);

        proof.SetResult();
        var ready = await ReportAsync(r => r.Stage == Stage.Ready);
        Assert.Equal((facts.Images, ""), (ready.ImagesLoaded, ready.Reason));
        Assert.Empty(_images.Imports);
        await AwaitAssertAsync(() => Assert.Equal(["mount", "prove", "publish", "retire"], _sealed.Calls), Eventually.Deadline);
    }

    [Fact]
    public async Task By_the_setting_the_runtime_sees_a_sealed_store_before_its_proof_which_withdraws_it_when_it_fails()
    {
        var (facts, bytes) = await ABundle.WriteSealedAsync();
        _publishUnproved = true;
        var proof = new TaskCompletionSource();
        _sealed.Gate = stop => proof.Task.WaitAsync(stop);
        _sealed.FindNext(new StoreFault(Reasons.StoreLayerMismatch, "Layer 1 is wrong.", Damaged: false));
        var agent = await CarryAsync(facts, bytes);
        await ReportAsync(r => r.Reason == Reasons.StoreProving);
        Assert.NotNull(_sealed.Published);

        proof.SetResult();
        var wrong = await ReportAsync(r => r.Reason == Reasons.StoreLayerMismatch);
        Assert.Equal((Stage.Loading, "Layer 1 is wrong.", 0), (wrong.Stage, wrong.Message, wrong.ImagesLoaded));
        Assert.Null(_sealed.Published);

        agent.Tell(new StopWork(2, facts.Commitment, "Wrong"), _supervisor.Ref);
        await AwaitAssertAsync(() => Assert.Empty(_sealed.Mounted), Eventually.Deadline);
    }

    [Fact]
    public async Task Images_that_the_runtime_sees_before_the_proof_are_pinned_once_and_not_before_it()
    {
        var (facts, bytes) = await ABundle.WriteSealedAsync();
        _publishUnproved = true;
        var proof = new TaskCompletionSource();
        _sealed.Gate = stop => proof.Task.WaitAsync(stop);
        await CarryAsync(facts, bytes);
        await ReportAsync(r => r.Reason == Reasons.StoreProving);
        Assert.Equal((true, 0), (_sealed.Published is not null, _runtime.Pinnings));

        proof.SetResult();
        var ready = await ReportAsync(r => r.Stage == Stage.Ready);
        Assert.Equal((true, 1), (ready.Pinned, _runtime.Pinnings));
    }

    [Fact]
    public async Task A_proof_is_called_off_when_the_bundle_is_given_up()
    {
        var (facts, bytes) = await ABundle.WriteSealedAsync();
        _sealed.Gate = stop => Task.Delay(Timeout.Infinite, stop);
        var agent = await CarryAsync(facts, bytes);
        await ReportAsync(r => r.Reason == Reasons.StoreProving);
        agent.Tell(new StopWork(2, facts.Commitment, "Enough"), _supervisor.Ref);
        await ReportAsync(r => r.Stage == Stage.Waiting);
        await AwaitAssertAsync(() => Assert.Empty(_sealed.Mounted), Eventually.Deadline);
    }

    [Fact]
    public async Task A_sealed_store_that_is_damaged_on_disk_is_read_again_from_the_medium()
    {
        var (facts, bytes) = await ABundle.WriteSealedAsync();
        _sealed.FindNext(new StoreFault(Reasons.StoreDamaged, "It is damaged.", Damaged: true));
        await CarryAsync(facts, bytes);
        var again = await ReportAsync(r => r.Stage == Stage.Ready);
        Assert.Equal(facts.Size, again.BytesHeld);
        Assert.Equal(2, _media.Opened);
    }

    [Fact]
    public async Task A_medium_that_is_slow_is_told_with_its_speed_and_the_time_left_while_it_is_read()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        var agent = Start("a");
        _media.Speed = new MediumSpeed(1_000_000, 0);
        var last = new TaskCompletionSource();
        _media.Gate = position => position > bytes.Length / 2 ? last.Task : Task.CompletedTask;
        var medium = _media.Insert("usb1", bytes);
        Assert.Null((await ReportAsync(r => r.Media.Count == 1)).Media[0].Pace);
        agent.Tell(new CarryPlan(1, facts, medium.Id, null), _supervisor.Ref);
        var slow = await ReportAsync(r => r.Media is [{ Pace: not null }]);
        Assert.Equal(new MediumPace(1_000_000, (bytes.Length + 999_999) / 1_000_000, true), slow.Media[0].Pace);
        Assert.Equal(Reasons.MediumSlow, slow.Reason);
        Assert.StartsWith($"{medium.Name} is slow: 1.0 MB/s, a minute left.", slow.Message, StringComparison.Ordinal);
        last.SetResult();
        var ready = await ReportAsync(r => r.Stage == Stage.Ready);
        Assert.Null(ready.Media[0].Pace);
        Assert.Equal("", ready.Reason);
    }

    [Fact]
    public async Task A_plan_older_than_the_one_being_followed_is_refused()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        var agent = Start("a");
        var medium = _media.Insert("usb1", bytes);
        await ReportAsync(r => r.Media.Count == 1);
        agent.Tell(new CarryPlan(5, facts, medium.Id, null), _supervisor.Ref);
        await ReportAsync(r => r.Epoch == 5);
        agent.Tell(new StopWork(4, facts.Commitment, "Old"), _supervisor.Ref);
        agent.Tell(new CarryPlan(3, facts, "", null), _supervisor.Ref);
        Assert.Equal(5, (await ReportAsync(r => r.Stage == Stage.Ready)).Epoch);
    }

    [Fact]
    public async Task A_plan_that_names_nothing_that_can_be_is_dropped()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        var agent = Start("a");
        var medium = _media.Insert("usb1", bytes);
        await ReportAsync(r => r.Media.Count == 1);
        agent.Tell(new CarryPlan(9, facts with { Commitment = "sha256:../../etc" }, medium.Id, null), _supervisor.Ref);
        agent.Tell(new CarryPlan(9, facts, "", new Peer("n2", "here", "https://n2/")), _supervisor.Ref);
        agent.Tell(new CarryPlan(9, facts, "", new Peer("n2", "akka.ssl.tcp://handcarry@n2:9240", "file:///etc/passwd")), _supervisor.Ref);
        agent.Tell(new CarryPlan(1, facts, medium.Id, null), _supervisor.Ref);
        Assert.Equal(1, (await ReportAsync(r => r.Stage == Stage.Ready)).Epoch);
    }

    [Fact]
    public async Task Something_that_only_calls_itself_a_bundle_is_reported_with_its_reason()
    {
        Start("a");
        _media.Insert("usb1", new byte[4096]);
        var (_, bytes) = await ABundle.WriteAsync();
        bytes[600] ^= 0x20;
        _media.Insert("usb2", bytes);
        var report = await ReportAsync(r => r.Media.Any(m => m.Reason == Reasons.InvalidBundle));
        Assert.All(report.Media, m => Assert.False(m.Usable));
    }

    [Fact]
    public async Task A_node_that_is_not_armed_says_so_and_loads_nothing_until_it_is()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        _runtime.Fault = new Remark("NotArmed", "Give handcarry arm on this node.");
        var agent = Start("a");
        var medium = _media.Insert("usb1", bytes);
        await ReportAsync(r => r is { Media.Count: 1, Stage: Stage.Waiting, Reason: "NotArmed" });
        agent.Tell(new CarryPlan(1, facts, medium.Id, null), _supervisor.Ref);
        var waiting = await ReportAsync(r => r is { Extracted: true, Reason: "NotArmed" });
        Assert.Equal((Stage.Loading, "Give handcarry arm on this node."), (waiting.Stage, waiting.Message));
        Assert.Empty(_images.Imports);

        _runtime.Fault = null;
        Assert.True((await ReportAsync(r => r.Stage == Stage.Ready)).Pinned);
    }

    [Fact]
    public async Task A_node_whose_runtime_was_started_anew_without_its_images_loads_them_again_and_pins_them()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        var agent = Start("a");
        var medium = _media.Insert("usb1", bytes);
        await ReportAsync(r => r.Media.Count == 1);
        agent.Tell(new CarryPlan(1, facts, medium.Id, null), _supervisor.Ref);
        await ReportAsync(r => r is { Stage: Stage.Ready, Pinned: true });

        _images.Lose(3);
        _runtime.Restart();

        await AwaitConditionAsync(() => Task.FromResult(_images.Imports.Count == 6), Eventually.Deadline);
        await AwaitConditionAsync(async () => (await _images.ListAsync(default)).Count == 3, Eventually.Deadline);
        await ReportAsync(r => r is { Stage: Stage.Ready, Pinned: true, Reason: "" });
        Assert.Equal(await _images.ListAsync(default), _runtime.Pinned);
    }

    [Fact]
    public async Task Images_that_cannot_be_pinned_do_not_keep_a_node_from_being_ready_and_are_told_of()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        _runtime.Unpinnable = new Remark("NotPinned", "Upgrade the runtime.");
        var agent = Start("a");
        var medium = _media.Insert("usb1", bytes);
        await ReportAsync(r => r.Media.Count == 1);
        agent.Tell(new CarryPlan(1, facts, medium.Id, null), _supervisor.Ref);
        await ReportAsync(r => r is { Stage: Stage.Ready, Pinned: false, Reason: "NotPinned", Message: "Upgrade the runtime." });
    }

    [Fact]
    public async Task When_the_upgrade_is_finished_its_pins_stay_and_those_of_earlier_releases_go()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        await _runtime.PinAsync("of-an-earlier-release", [ImageName.Parse($"quay.io/a/b@{Digest.Of("earlier"u8)}")], default);
        var agent = Start("a");
        var medium = _media.Insert("usb1", bytes);
        await ReportAsync(r => r.Media.Count == 1);
        agent.Tell(new CarryPlan(1, facts, medium.Id, null), _supervisor.Ref);
        await ReportAsync(r => r is { Stage: Stage.Ready, Pinned: true });
        Assert.Equal(4, _runtime.Pinned.Count);

        agent.Tell(new FinishWork(facts.Commitment, facts.Version), _supervisor.Ref);

        await AwaitConditionAsync(() => Task.FromResult(_runtime.Pinned.Count == 3), Eventually.Deadline);
        Assert.Equal(await _images.ListAsync(default), _runtime.Pinned);
    }

    /// <summary>The cluster comes to run a bundle.</summary>
    private async Task<IActorRef> RunAsync(BundleFacts facts, byte[] bytes)
    {
        var agent = await CarryAsync(facts, bytes);
        await ReportAsync(r => r.Stage == Stage.Ready);
        agent.Tell(new FinishWork(facts.Commitment, facts.Version), _supervisor.Ref);
        await ReportAsync(r => r.Stage == Stage.Upgraded);
        return agent;
    }

    private async Task<IActorRef> CarryAsync(BundleFacts facts, byte[] bytes)
    {
        var agent = Start("a");
        var medium = _media.Insert("usb1", bytes);
        await ReportAsync(r => r.Media.Count == 1);
        agent.Tell(new CarryPlan(1, facts, medium.Id, null), _supervisor.Ref);
        return agent;
    }

    /// <summary>The node's registry knows the images of the bundle.</summary>
    private async Task AssertServedAsync(BundleFacts facts)
    {
        var inventory = await InventoryFile.ReadAsync(_blobs, Digest.Parse(facts.Commitment), new BundleLimits(), default);
        Assert.NotEmpty(inventory.Images);
        Assert.All(inventory.Images, image => Assert.True(_registry.IsManifest(inventory.Blobs[image.Manifest].Digest)));
    }

    private IActorRef Start(string name)
    {
        var counters = new TransferCounters();
        var ports = new NodePorts(
            _media,
            _images,
            _blobs,
            new BlobDraw(_blobs, _http, new DrawOptions(), counters, TimeProvider.System),
            new DrawOptions(),
            new BundleLimits(),
            counters,
            _ => ValueTask.FromResult(new SpaceFacts(Volatile.Read(ref _free), 1L << 40, true)),
            TimeProvider.System)
        {
            Registry = _registry,
            Runtime = _runtime,
            Sealed = _sealed,
            PublishUnproved = _publishUnproved,
            InUse = digest => digest == _inUse,
        };
        var supervisor = _supervisor.Ref;
        return Sys.ActorOf(Props.Create(() => new NodeAgent("n1", new Uri("https://127.0.0.1:1/"), ports, supervisor)), name);
    }

    private async Task<NodeReport> ReportAsync(Predicate<NodeReport> wanted) =>
        (NodeReport)await _supervisor.FishForMessageAsync(m => m is NodeReport report && wanted(report), Eventually.Deadline);
}
