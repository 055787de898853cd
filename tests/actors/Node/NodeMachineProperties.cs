using CsCheck;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Protocol.Journal;
using Handcarry.Actors.Tests.Scenarios;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Tests.Node;

/// <summary>Whatever happens in whatever order, a node does nothing with images that are not whole.</summary>
public sealed class NodeMachineProperties
{
    private static readonly BundleInventory Inventory = Bundles.Inventory(
        [.. Enumerable.Range(0, 5).Select(i => new InventoryBlob("x", Digest.Of([(byte)i]), 10, []))],
        [new InventoryImage($"quay.io/a/b@{Digest.Of([0])}", 0, [0, 2, 3]), new InventoryImage($"quay.io/a/b@{Digest.Of([1])}", 1, [1, 2, 4])]);

    private static readonly string B = Bundles.Commitment("B");

    private static readonly Gen<NodeEvent> AnyEvent = Gen.Frequency<NodeEvent>(
        (2, Gen.Select(Gen.Long[0, 6], Gen.OneOf("B", "B", "C"), Gen.Bool).Select((epoch, letter, medium) =>
            (NodeEvent)new NodeEvent.Planned(new CarryPlan(epoch, Bundles.Facts(letter), medium ? "usb1" : "", medium ? null : new Peer("n9", "", ""))))),
        (1, Gen.Long[0, 6].Select(epoch => (NodeEvent)new NodeEvent.Stopped(new StopWork(epoch, B, "Because")))),
        (2, Gen.Int[0, 4].List[0, 5].Select(held => (NodeEvent)new NodeEvent.InventoryKnown(B, Inventory, [.. held]))),
        (8, Gen.Int[0, 4].Select(i => (NodeEvent)new NodeEvent.BlobStored(B, i))),
        (1, Gen.Int[0, 4].Select(i => (NodeEvent)new NodeEvent.BlobRejected(B, "usb1", i, Reasons.DigestMismatch, "Bad."))),
        (4, Gen.Select(Gen.Int[0, 1], Gen.Int[0, 2]).Select((image, g) => (NodeEvent)new NodeEvent.Imported($"bbbbbbbbbbbb-{g}", image))),
        (2, Gen.Select(Gen.Int[0, 2], Gen.Int[0, 2]).Select((seen, g) => (NodeEvent)new NodeEvent.Published($"bbbbbbbbbbbb-{g}", Inventory.Images.Take(seen).Select(i => i.Name).ToHashSet()))),
        (1, Gen.Int[0, 2].Select(g => (NodeEvent)new NodeEvent.LoadFailed($"bbbbbbbbbbbb-{g}", "NoSpace", "Full."))),
        (2, Gen.Long[0, 2].Select(needed => (NodeEvent)new NodeEvent.SpaceSeen(B, needed, 1))),
        (1, Gen.Const((NodeEvent)new NodeEvent.MediumFailed(B, "usb1", Reasons.NoSpace, "Full."))),
        (2, Gen.Int[0, 4].Select(i => (NodeEvent)new NodeEvent.HolderWrong(B, i, new Peer("n9", "", ""), Reasons.DigestMismatch, "Wrong."))),
        (1, Gen.Const((NodeEvent)new NodeEvent.RetryDue())),
        (1, Gen.Const((NodeEvent)new NodeEvent.RebuildsPast())),
        (1, Gen.Const((NodeEvent)new NodeEvent.Freed(B))),
        (1, Gen.Const((NodeEvent)new NodeEvent.RetryAsked())),
        (1, Gen.Const((NodeEvent)new NodeEvent.Recovered())),
        (1, Gen.Bool.Select(letGo => (NodeEvent)new NodeEvent.Finished(new FinishWork(B, "4.12.4") { LetGo = letGo }))),
        (1, Gen.Int[0, 4].List[0, 5].Select(gone => (NodeEvent)new NodeEvent.LayersFreed(B, gone))),
        (1, Gen.Int[0, 4].Select(i => (NodeEvent)new NodeEvent.BlobDamaged(B, i, "Damaged."))),
        (2, Gen.Const((NodeEvent)new NodeEvent.BlobsChecked(B))),
        (1, Gen.Const((NodeEvent)new NodeEvent.MediumFound(new MediumReport("usb1", "/dev/usb1", Bundles.Facts("B"))))),
        (1, Gen.Const((NodeEvent)new NodeEvent.MediumGone("usb1"))));

    [Fact]
    public void An_image_is_imported_only_when_all_its_blobs_are_here() => Sample((state, effects) =>
    {
        foreach (var import in effects.OfType<NodeEffect.Import>())
            Assert.All(Inventory.Images[import.Image].Blobs, blob => Assert.Contains(blob, state.Work!.Held));
    });

    [Fact]
    public void A_store_is_published_only_when_every_image_was_imported_and_the_journal_says_so_first() => Sample((_, effects) =>
    {
        var publish = effects.FindIndex(e => e is NodeEffect.Publish);
        if (publish >= 0)
            Assert.Contains(effects.Take(publish), e => e is NodeEffect.Journal { Entry: PublishIntended });
    });

    [Fact]
    public void A_node_is_ready_only_when_every_image_was_seen_and_what_was_there_at_the_start_has_been_read_again() => Sample((state, _, happened, before) =>
    {
        if (state.Work is { Published: true } && before.Work is not { Published: true })
            Assert.True(happened is NodeEvent.Published { Images.Count: 2 });
        if (state.Stage == Stage.Ready)
            Assert.Equal((true, true, CheckState.Done), (state.Work!.Published, state.Work.Extracted, state.Work.Check));
    });

    [Fact]
    public void Nothing_is_read_or_drawn_while_there_is_too_little_room_and_that_is_said() => Sample((state, effects) =>
    {
        if (state.Work is not { Short: true } work)
            return;
        Assert.DoesNotContain(effects, e => e is NodeEffect.ReadMedium or NodeEffect.DrawFrom or NodeEffect.DrawElsewhere);
        Assert.Equal((Reasons.NoSpace, false), (work.Reason, work.Extracted));
    });

    [Fact]
    public void When_there_is_room_again_the_plan_is_followed_again() => Sample((state, effects, happened, before) =>
    {
        if (happened is NodeEvent.SpaceSeen { Needed: <= 1 } && before.Work is { Short: true, Extracted: false, Plan: { } plan })
            Assert.Contains(effects, e => plan.MediumId.Length > 0 ? e is NodeEffect.ReadMedium : e is NodeEffect.DrawFrom);
    });

    [Fact]
    public void What_the_journal_tells_after_a_crash_is_never_more_than_what_was_done() =>
        AnyEvent.List[1, 80].Sample(events =>
        {
            var (state, journaled) = (NodeState.Initial, NodeState.Initial);
            foreach (var happened in events)
            {
                (state, var effects) = NodeMachine.Step(state, happened);
                foreach (var entry in effects.OfType<NodeEffect.Journal>())
                    journaled = NodeMachine.Replay(journaled, entry.Entry);
                Assert.Equal(state.Work?.Bundle.Commitment, journaled.Work?.Bundle.Commitment);
                Assert.Equal(state.Work?.Generation, journaled.Work?.Generation);
                Assert.Equal(state.Work?.Imported, journaled.Work?.Imported);
                Assert.Equal(state.Work?.Finished ?? false, journaled.Work?.Finished ?? false);
                Assert.True(state.Work is not { LetGo: true } || journaled.Work is { LetGo: true });
                // An agent that starts anew may try once more.
                Assert.InRange(journaled.Work?.Rebuilds ?? 0, 0, NodeMachine.MostRebuilds - 1);
                Assert.Equal(state.Past, journaled.Past);
            }
        });

    private static void Sample(Action<NodeState, List<NodeEffect>> check) => Sample((state, effects, _, _) => check(state, effects));

    private static void Sample(Action<NodeState, List<NodeEffect>, NodeEvent, NodeState> check) =>
        AnyEvent.List[1, 80].Sample(events =>
        {
            var state = NodeState.Initial;
            foreach (var happened in events)
            {
                var before = state;
                (state, var effects) = NodeMachine.Step(state, happened);
                check(state, [.. effects], happened, before);
            }
        });
}
