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

/// <summary>A node's agent: sealed stores, pins, the runtime, and the blobs of releases before.</summary>
public sealed class NodeAgentLoadingTests : NodeAgentTestKit
{
    [Fact]
    public async Task Blobs_of_the_release_before_go_when_the_next_one_runs_and_only_those_that_it_does_not_have_and_nobody_uses_any_more()
    {
        var (older, olderBytes) = await ABundle.WriteAsync();
        var (next, nextBytes) = await ABundle.WriteSealedAsync();
        var agent = await RunAsync(older, olderBytes);
        var before = Blobs.Enumerate().Select(static blob => blob.Key).ToHashSet();
        InUse = before.First(digest => Blobs.SizeOf(digest) > 4_000_000);
        var medium = Media.Insert("usb2", nextBytes);
        await ReportAsync(r => r.Media.Count == 2);
        agent.Tell(new CarryPlan(2, next, medium.Id, null), Supervisor.Ref);
        await ReportAsync(r => r.Stage == Stage.Ready && r.Commitment == next.Commitment);
        Assert.Subset(Blobs.Enumerate().Select(static blob => blob.Key).ToHashSet(), before);

        agent.Tell(new FinishWork(next.Commitment, next.Version), Supervisor.Ref);

        var inventory = await InventoryFile.ReadAsync(Blobs, Digest.Parse(next.Commitment), new BundleLimits(), default);
        var wanted = inventory.Blobs.Select(static blob => blob.Digest).Append(Digest.Parse(next.Commitment)).Append(InUse).Append(Digest.Parse(older.Commitment)).ToHashSet();
        await AwaitAssertAsync(() => Assert.Equal(wanted.Order(), Blobs.Enumerate().Select(static blob => blob.Key).Order()), Eventually.Deadline);
        Assert.True(before.Except(wanted).Any());

        wanted.ExceptWith([InUse, Digest.Parse(older.Commitment)]);
        InUse = default;
        agent.Tell(new NodeEvent.LookDue(), Supervisor.Ref);
        await AwaitAssertAsync(() => Assert.Equal(wanted.Order(), Blobs.Enumerate().Select(static blob => blob.Key).Order()), Eventually.Deadline);
    }

    [Fact]
    public async Task Whether_its_registry_answers_is_asked_for_all_images_as_soon_as_the_node_has_them_and_again_while_it_does_not()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        var asked = 0;
        var mended = 0;
        Serving = images => Interlocked.Exchange(ref asked, images.Count) >= 0 && Volatile.Read(ref mended) == 0 ? "Another program listens there." : null;
        var agent = await CarryAsync(facts, bytes);
        await ReportAsync(static r => r.Serving is { Commitment: "", Fault: "" });

        var silent = await ReportAsync(static r => r is { Stage: Stage.Ready, Serving.Fault.Length: > 0 });
        Assert.Equal((facts.Commitment, facts.Images), (silent.Serving!.Commitment, asked));
        Assert.Equal((Reasons.MirrorUnreachable, "Another program listens there."), (silent.Reason, silent.Message));

        Volatile.Write(ref mended, 1);
        var well = await ReportAsync(r => r.Serving is { Fault: "" } said && said.Commitment == facts.Commitment);
        Assert.Equal("", well.Reason);

        var (next, nextBytes) = await ABundle.WriteSealedAsync();
        var medium = Media.Insert("usb2", nextBytes);
        await ReportAsync(static r => r.Media.Count == 2);
        agent.Tell(new CarryPlan(2, next, medium.Id, null), Supervisor.Ref);
        await ReportAsync(r => r.Stage == Stage.Ready && r.Serving!.Commitment == next.Commitment);
        Assert.Equal(next.Images, asked);
    }

    [Fact]
    public async Task Layers_that_nobody_needs_any_more_go_and_what_is_in_use_stays_and_a_medium_brings_them_back_for_others()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        var agent = await RunAsync(facts, bytes);
        var inventory = await InventoryFile.ReadAsync(Blobs, Digest.Parse(facts.Commitment), new BundleLimits(), default);
        var layers = inventory.Blobs.Where(static blob => MediaTypes.IsLayer(blob.MediaType)).Select(static blob => blob.Digest).ToList();
        InUse = layers[0];
        Assert.True(layers.Count > 1);

        agent.Tell(new FinishWork(facts.Commitment, facts.Version) { LetGo = true }, Supervisor.Ref);

        var there = inventory.Blobs.Select(static blob => blob.Digest).Except(layers).Append(InUse).Append(Digest.Parse(facts.Commitment)).Order().ToList();
        await AwaitAssertAsync(() => Assert.Equal(there, Blobs.Enumerate().Select(static blob => blob.Key).Order()), Eventually.Deadline);
        var let = await ReportAsync(r => r.LetGo && r.BlobsHeld == there.Count - 1);
        Assert.Equal((Stage.Upgraded, true, there.Sum(digest => Blobs.SizeOf(digest)) - facts.InventorySize), (let.Stage, let.Extracted, let.BytesHeld));
        await AssertServedAsync(facts);

        agent.Tell(new CarryPlan(2, facts, let.Media[0].Id, null), Supervisor.Ref);
        var again = await ReportAsync(r => r.BytesHeld == facts.Size);
        Assert.Equal((Stage.Upgraded, false), (again.Stage, again.LetGo));
        Assert.All(layers, layer => Assert.True(Blobs.Contains(layer)));
    }

    [Fact]
    public async Task Blobs_of_a_bundle_that_was_given_up_count_as_free_and_make_room_for_another()
    {
        var (given, givenBytes) = await ABundle.WriteSealedAsync();
        var (next, nextBytes) = await ABundle.WriteSignedAsync();
        Sealed.Gate = stop => Task.Delay(Timeout.Infinite, stop);
        var agent = await CarryAsync(given, givenBytes);
        await ReportAsync(r => r.Reason == Reasons.StoreProving);
        agent.Tell(new StopWork(2, given.Commitment, "Enough"), Supervisor.Ref);
        // Its blobs and its inventory.
        await ReportAsync(r => r.Stage == Stage.Waiting && r.FreeForBlobs > Free + given.Size);

        Free = (256L << 20) + next.Size - 1;
        var medium = Media.Insert("usb2", nextBytes);
        await ReportAsync(r => r.Media.Count == 2);
        agent.Tell(new CarryPlan(3, next, medium.Id, null), Supervisor.Ref);
        await ReportAsync(r => r.Reason == Reasons.NoSpace);
        await AwaitAssertAsync(() => Assert.False(Blobs.Contains(Digest.Parse(given.Commitment))), Eventually.Deadline);
        Free = 1L << 40;
        await ReportAsync(r => r.Stage == Stage.Ready);
    }

    [Fact]
    public async Task A_sealed_store_is_proved_with_progress_before_the_runtime_sees_it()
    {
        var (facts, bytes) = await ABundle.WriteSealedAsync();
        var proof = new TaskCompletionSource();
        Sealed.Gate = stop => proof.Task.WaitAsync(stop);
        await CarryAsync(facts, bytes);
        var proving = await ReportAsync(r => r.Reason == Reasons.StoreProving);
        Assert.Equal((Stage.Loading, 0), (proving.Stage, proving.ImagesLoaded));
        Assert.Equal("Proving the sealed store: 0.0 of 0.0 GB.", proving.Message);
        Assert.Null(Sealed.Published);

        proof.SetResult();
        var ready = await ReportAsync(r => r.Stage == Stage.Ready);
        Assert.Equal((facts.Images, ""), (ready.ImagesLoaded, ready.Reason));
        Assert.Empty(Images.Imports);
        await AwaitAssertAsync(() => Assert.Equal(["mount", "prove", "publish", "retire"], Sealed.Calls), Eventually.Deadline);
    }

    [Fact]
    public async Task By_the_setting_the_runtime_sees_a_sealed_store_before_its_proof_which_withdraws_it_when_it_fails()
    {
        var (facts, bytes) = await ABundle.WriteSealedAsync();
        PublishUnproved = true;
        var proof = new TaskCompletionSource();
        Sealed.Gate = stop => proof.Task.WaitAsync(stop);
        Sealed.FindNext(new StoreFault(Reasons.StoreLayerMismatch, "Layer 1 is wrong.", Damaged: false));
        var agent = await CarryAsync(facts, bytes);
        await ReportAsync(r => r.Reason == Reasons.StoreProving);
        Assert.NotNull(Sealed.Published);

        proof.SetResult();
        var wrong = await ReportAsync(r => r.Reason == Reasons.StoreLayerMismatch);
        Assert.Equal((Stage.Loading, "Layer 1 is wrong.", 0), (wrong.Stage, wrong.Message, wrong.ImagesLoaded));
        Assert.Null(Sealed.Published);

        agent.Tell(new StopWork(2, facts.Commitment, "Wrong"), Supervisor.Ref);
        await AwaitAssertAsync(() => Assert.Empty(Sealed.Mounted), Eventually.Deadline);
    }

    [Fact]
    public async Task Images_that_the_runtime_sees_before_the_proof_are_pinned_once_and_not_before_it()
    {
        var (facts, bytes) = await ABundle.WriteSealedAsync();
        PublishUnproved = true;
        var proof = new TaskCompletionSource();
        Sealed.Gate = stop => proof.Task.WaitAsync(stop);
        await CarryAsync(facts, bytes);
        await ReportAsync(r => r.Reason == Reasons.StoreProving);
        Assert.Equal((true, 0), (Sealed.Published is not null, Runtime.Pinnings));

        proof.SetResult();
        var ready = await ReportAsync(r => r.Stage == Stage.Ready);
        Assert.Equal((true, 1), (ready.Pinned, Runtime.Pinnings));
    }

    [Fact]
    public async Task A_proof_is_called_off_when_the_bundle_is_given_up()
    {
        var (facts, bytes) = await ABundle.WriteSealedAsync();
        Sealed.Gate = stop => Task.Delay(Timeout.Infinite, stop);
        var agent = await CarryAsync(facts, bytes);
        await ReportAsync(r => r.Reason == Reasons.StoreProving);
        agent.Tell(new StopWork(2, facts.Commitment, "Enough"), Supervisor.Ref);
        await ReportAsync(r => r.Stage == Stage.Waiting);
        await AwaitAssertAsync(() => Assert.Empty(Sealed.Mounted), Eventually.Deadline);
    }

    [Fact]
    public async Task A_sealed_store_that_is_damaged_on_disk_is_read_again_from_the_medium()
    {
        var (facts, bytes) = await ABundle.WriteSealedAsync();
        Sealed.FindNext(new StoreFault(Reasons.StoreDamaged, "It is damaged.", Damaged: true));
        await CarryAsync(facts, bytes);
        var again = await ReportAsync(r => r.Stage == Stage.Ready);
        Assert.Equal(facts.Size, again.BytesHeld);
        Assert.Equal(2, Media.Opened);
    }

    [Fact]
    public async Task A_node_that_is_not_armed_says_so_and_loads_nothing_until_it_is()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        Runtime.Fault = new Remark("NotArmed", "Give handcarry arm on this node.");
        var agent = Start("a");
        var medium = Media.Insert("usb1", bytes);
        await ReportAsync(r => r is { Media.Count: 1, Stage: Stage.Waiting, Reason: "NotArmed" });
        agent.Tell(new CarryPlan(1, facts, medium.Id, null), Supervisor.Ref);
        var waiting = await ReportAsync(r => r is { Extracted: true, Reason: "NotArmed" });
        Assert.Equal((Stage.Loading, "Give handcarry arm on this node."), (waiting.Stage, waiting.Message));
        Assert.Empty(Images.Imports);

        Runtime.Fault = null;
        Assert.True((await ReportAsync(r => r.Stage == Stage.Ready)).Pinned);
    }

    [Fact]
    public async Task A_node_whose_runtime_was_started_anew_without_its_images_loads_them_again_and_pins_them()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        var agent = Start("a");
        var medium = Media.Insert("usb1", bytes);
        await ReportAsync(r => r.Media.Count == 1);
        agent.Tell(new CarryPlan(1, facts, medium.Id, null), Supervisor.Ref);
        await ReportAsync(r => r is { Stage: Stage.Ready, Pinned: true });

        Images.Lose(3);
        Runtime.Restart();

        await AwaitConditionAsync(() => Task.FromResult(Images.Imports.Count == 6), Eventually.Deadline);
        await AwaitConditionAsync(async () => (await Images.ListAsync(default)).Count == 3, Eventually.Deadline);
        await ReportAsync(r => r is { Stage: Stage.Ready, Pinned: true, Reason: "" });
        Assert.Equal(await Images.ListAsync(default), Runtime.Pinned);
    }

    [Fact]
    public async Task Images_that_cannot_be_pinned_do_not_keep_a_node_from_being_ready_and_are_told_of()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        Runtime.Unpinnable = new Remark("NotPinned", "Upgrade the runtime.");
        var agent = Start("a");
        var medium = Media.Insert("usb1", bytes);
        await ReportAsync(r => r.Media.Count == 1);
        agent.Tell(new CarryPlan(1, facts, medium.Id, null), Supervisor.Ref);
        await ReportAsync(r => r is { Stage: Stage.Ready, Pinned: false, Reason: "NotPinned", Message: "Upgrade the runtime." });
    }

    [Fact]
    public async Task When_the_upgrade_is_finished_its_pins_stay_and_those_of_earlier_releases_go()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        await Runtime.PinAsync("of-an-earlier-release", [ImageName.Parse($"quay.io/a/b@{Digest.Of("earlier"u8)}")], default);
        var agent = Start("a");
        var medium = Media.Insert("usb1", bytes);
        await ReportAsync(r => r.Media.Count == 1);
        agent.Tell(new CarryPlan(1, facts, medium.Id, null), Supervisor.Ref);
        await ReportAsync(r => r is { Stage: Stage.Ready, Pinned: true });
        Assert.Equal(4, Runtime.Pinned.Count);

        agent.Tell(new FinishWork(facts.Commitment, facts.Version), Supervisor.Ref);

        await AwaitConditionAsync(() => Task.FromResult(Runtime.Pinned.Count == 3), Eventually.Deadline);
        Assert.Equal(await Images.ListAsync(default), Runtime.Pinned);
    }
}
