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

/// <summary>A node's agent: media, plans, room and its journal.</summary>
public sealed class NodeAgentTests : NodeAgentTestKit
{
    [Fact]
    public async Task A_medium_is_reported_read_once_and_its_images_become_ready()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        var agent = Start("a");
        var medium = Media.Insert("usb1", bytes);
        var found = await ReportAsync(r => r.Media.Count == 1);
        Assert.Equal(facts, found.Media[0].Bundle);
        Assert.Equal(Stage.Waiting, found.Stage);

        agent.Tell(new CarryPlan(1, facts, medium.Id, null), Supervisor.Ref);
        var ready = await ReportAsync(r => r.Stage == Stage.Ready);
        Assert.Equal((1L, facts.Commitment, facts.Size, 3, true), (ready.Epoch, ready.Commitment, ready.BytesHeld, ready.ImagesLoaded, ready.Extracted));
        Assert.Equal(3, (await Images.ListAsync(default)).Count);
        await AssertServedAsync(facts);
        Assert.Equal(1, Media.Opened);
        Assert.InRange(Media.BytesRead, facts.Size, bytes.Length);

        agent.Tell(new FinishWork(facts.Commitment, facts.Version), Supervisor.Ref);
        await ReportAsync(r => r.Stage == Stage.Upgraded);
    }

    [Fact]
    public async Task The_digest_of_a_file_is_taken_when_it_is_asked_for_and_the_medium_can_be_read_afterwards()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        var agent = Start("a");
        var medium = Media.Insert("usb1", bytes);
        await ReportAsync(r => r.Media.Count == 1);
        agent.Tell(new TakeDigest(medium.Id), Supervisor.Ref);
        agent.Tell(new TakeDigest(medium.Id), Supervisor.Ref);
        agent.Tell(new TakeDigest("another"), Supervisor.Ref);
        var taken = await ReportAsync(r => r.Media is [{ Bundle.FileDigest.Length: > 0 }]);
        Assert.Equal(facts with { FileDigest = Digest.Of(bytes).ToString() }, taken.Media[0].Bundle);
        Assert.Equal(2, Media.Opened);

        agent.Tell(new CarryPlan(1, facts, medium.Id, null), Supervisor.Ref);
        await ReportAsync(r => r.Stage == Stage.Ready);
    }

    [Fact]
    public async Task A_medium_that_ends_before_its_digest_is_taken_cannot_be_used()
    {
        var (_, bytes) = await ABundle.WriteAsync();
        var agent = Start("a");
        var medium = Media.Insert("usb1", bytes[..^2000]);
        await ReportAsync(r => r.Media.Count == 1);
        agent.Tell(new TakeDigest(medium.Id), Supervisor.Ref);
        var bad = await ReportAsync(r => r.Media is [{ Reason: Reasons.ReadFailed }]);
        Assert.False(bad.Media[0].Usable);
    }

    [Fact]
    public async Task A_damaged_blob_is_named_and_its_image_is_not_imported_nor_anything_published()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        // The last bytes before the two empty blocks belong to the last layer.
        bytes[^(1024 + 600)] ^= 1;
        var agent = Start("a");
        var medium = Media.Insert("usb1", bytes);
        await ReportAsync(r => r.Media.Count == 1);
        agent.Tell(new CarryPlan(1, facts, medium.Id, null), Supervisor.Ref);
        var bad = await ReportAsync(r => r.Media is [{ Reason: Reasons.DigestMismatch }]);
        Assert.Contains("sha256:", bad.Media[0].Message, StringComparison.Ordinal);
        Assert.False(bad.Extracted);

        agent.Tell(new StopWork(2, facts.Commitment, Reasons.DigestMismatch), Supervisor.Ref);
        await ReportAsync(r => r.Stage == Stage.Waiting && r.Commitment.Length == 0);
        Assert.Null(Images.Generation);
        Assert.Empty(await Images.ListAsync(default));
    }

    [Fact]
    public async Task An_agent_that_starts_again_goes_on_from_its_journal_and_its_blobs()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        var first = Start("a");
        var medium = Media.Insert("usb1", bytes);
        await ReportAsync(r => r.Media.Count == 1);
        // Until the end, however often it is tried before everything has been read.
        for (var i = 0; i < 1000; i++)
            Images.FailNext(new LoadException("NoSpace", "The disk is full."));
        first.Tell(new CarryPlan(1, facts, medium.Id, null), Supervisor.Ref);
        await ReportAsync(r => r is { Extracted: true, Reason: "NoSpace" });
        Watch(first);
        Sys.Stop(first);
        await ExpectTerminatedAsync(first, Eventually.Deadline);
        var read = Media.BytesRead;

        // No plan is needed for what can be done with what is here.
        Images = new InMemoryImageStore();
        Sealed = new InMemorySealedStores(Images);
        Registry = new RegistryIndex();
        Start("b");
        await ReportAsync(r => r.Stage == Stage.Ready);
        await AssertServedAsync(facts);
        Assert.Equal(3, (await Images.ListAsync(default)).Count);
        Assert.InRange(Media.BytesRead - read, 0, 64 << 10);
    }

    [Fact]
    public async Task The_running_release_and_its_signatures_are_served_by_an_agent_that_starts_again_while_the_next_one_is_carried()
    {
        var (older, olderBytes) = await ABundle.WriteSignedAsync();
        var (next, _) = await ABundle.WriteAsync();
        var first = await RunAsync(older, olderBytes);
        first.Tell(new CarryPlan(2, next, "", null), Supervisor.Ref);
        await ReportAsync(r => r.Commitment == next.Commitment);
        Watch(first);
        Sys.Stop(first);
        await ExpectTerminatedAsync(first, Eventually.Deadline);

        Registry = new RegistryIndex();
        Start("b");

        var release = ImageName.Parse(older.Release);
        var tag = BundleAttachment.TagOf(release.Digest);
        await AwaitAssertAsync(() => Assert.NotNull(Registry.Find(release.Repository, tag)), Eventually.Deadline);
        Assert.True(Blobs.Contains(Registry.Find(release.Repository, tag)!.Digest));
        Assert.True(Blobs.Contains(Registry.Find(release.Repository, release.Digest.ToString())!.Digest));
    }

    [Fact]
    public async Task A_node_with_too_little_room_reads_no_blob_until_there_is_more()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        Free = (256L << 20) + facts.Size - 1;
        var agent = Start("a");
        var medium = Media.Insert("usb1", bytes);
        await ReportAsync(r => r.Media.Count == 1);
        agent.Tell(new CarryPlan(1, facts, medium.Id, null), Supervisor.Ref);
        var full = await ReportAsync(r => r.Reason == Reasons.NoSpace);
        Assert.Contains(" 1 MB too little room", full.Message, StringComparison.Ordinal);
        Assert.Equal((0L, facts.Commitment), (full.BytesHeld, Blobs.Enumerate().Single().Key.ToString()));

        Free++;
        var ready = await ReportAsync(r => r.Stage == Stage.Ready);
        Assert.Equal((facts.Size, ""), (ready.BytesHeld, ready.Reason));
    }

    [Fact]
    public async Task A_medium_that_is_slow_is_told_with_its_speed_and_the_time_left_while_it_is_read()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        var agent = Start("a");
        Media.Speed = new MediumSpeed(1_000_000, 0);
        var last = new TaskCompletionSource();
        Media.Gate = position => position > bytes.Length / 2 ? last.Task : Task.CompletedTask;
        var medium = Media.Insert("usb1", bytes);
        Assert.Null((await ReportAsync(r => r.Media.Count == 1)).Media[0].Pace);
        agent.Tell(new CarryPlan(1, facts, medium.Id, null), Supervisor.Ref);
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
        var medium = Media.Insert("usb1", bytes);
        await ReportAsync(r => r.Media.Count == 1);
        agent.Tell(new CarryPlan(5, facts, medium.Id, null), Supervisor.Ref);
        await ReportAsync(r => r.Epoch == 5);
        agent.Tell(new StopWork(4, facts.Commitment, "Old"), Supervisor.Ref);
        agent.Tell(new CarryPlan(3, facts, "", null), Supervisor.Ref);
        Assert.Equal(5, (await ReportAsync(r => r.Stage == Stage.Ready)).Epoch);
    }

    [Fact]
    public async Task A_plan_that_names_nothing_that_can_be_is_dropped()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        var agent = Start("a");
        var medium = Media.Insert("usb1", bytes);
        await ReportAsync(r => r.Media.Count == 1);
        agent.Tell(new CarryPlan(9, facts with { Commitment = "sha256:../../etc" }, medium.Id, null), Supervisor.Ref);
        agent.Tell(new CarryPlan(9, facts, "", new Peer("n2", "here", "https://n2/")), Supervisor.Ref);
        agent.Tell(new CarryPlan(9, facts, "", new Peer("n2", "akka.ssl.tcp://handcarry@n2:9240", "file:///etc/passwd")), Supervisor.Ref);
        agent.Tell(new CarryPlan(1, facts, medium.Id, null), Supervisor.Ref);
        Assert.Equal(1, (await ReportAsync(r => r.Stage == Stage.Ready)).Epoch);
    }

    [Fact]
    public async Task Something_that_only_calls_itself_a_bundle_is_reported_with_its_reason()
    {
        Start("a");
        Media.Insert("usb1", new byte[4096]);
        var (_, bytes) = await ABundle.WriteAsync();
        bytes[600] ^= 0x20;
        Media.Insert("usb2", bytes);
        var report = await ReportAsync(r => r.Media.Any(m => m.Reason == Reasons.InvalidBundle));
        Assert.All(report.Media, m => Assert.False(m.Usable));
    }
}
