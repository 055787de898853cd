using System.Globalization;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Protocol.Journal;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Tests.Scenarios;

/// <summary>Lets a node live through a story. Its bundles have one manifest and one layer per image and a layer shared by all; bundle E has the manifests and, as blob 3, a sealed store.</summary>
internal sealed class NodeStory
{
    private NodeState _state = NodeState.Initial;

    public IEnumerable<string> Tell(ScenarioLine line)
    {
        if (line.Verb == "setting")
        {
            _state = _state with { PublishUnproved = line.Words[0] == "afterMount" };
            yield break;
        }

        if (line.Verb == "journal")
        {
            _state = NodeMachine.Replay(_state, Entry(line));
            yield break;
        }

        var before = _state;
        (_state, var effects) = NodeMachine.Step(_state, Event(line));
        if (_state.Stage != before.Stage)
            yield return $"{before.Stage} -> {_state.Stage}";
        if (_state.Work is { } work && work.Reason != (before.Work?.Reason ?? ""))
            yield return work.Reason.Length == 0 ? "no trouble" : Bundles.Shorten($"{work.Reason}: {work.Message}");
        foreach (var effect in effects.Where(e => e is not (NodeEffect.Report or NodeEffect.FollowEpoch)))
            yield return "  " + Bundles.Shorten(Describe(effect));
    }

    private static NodeEvent Event(ScenarioLine line) => line.Verb switch
    {
        "recovered" => new NodeEvent.Recovered(),
        "found" => new NodeEvent.MediumFound(new MediumReport(line.Words[0], $"/dev/{line.Words[0]}", Bundles.Facts(line.Words[1]))),
        "gone" => new NodeEvent.MediumGone(line.Words[0]),
        "plan" => new NodeEvent.Planned(new CarryPlan(line.Number("epoch"), Bundles.Facts(line.Words[0]), line.Text("medium"), line.Has("from") ? Peer(line.Text("from")) : null, line.Has("or") ? Peer(line.Text("or")) : null, line.Has("at") ? line.Number("at") : 0)),
        "wrong" => new NodeEvent.HolderWrong(Bundles.Commitment(line.Words[0]), Number(line.Words[2]), Peer(line.Words[1]), Reasons.DigestMismatch, $"What {line.Words[1]} sent was refused."),
        "wants" => new NodeEvent.Wanted(new WantOffers(line.Number("epoch"), Bundles.Commitment(line.Words[1]), line.Words[0])),
        "stop" => new NodeEvent.Stopped(new StopWork(line.Number("epoch"), Bundles.Commitment(line.Words[0]), line.Text("reason"))),
        "finish" => new NodeEvent.Finished(new FinishWork(Bundles.Commitment(line.Words[0]), Bundles.Facts(line.Words[0]).Version) { LetGo = line.Yes("let-go", false) }),
        "layers-freed" => new NodeEvent.LayersFreed(Bundles.Commitment(line.Words[0]), [.. Numbers(line.Words[1])]),
        "inventory" => new NodeEvent.InventoryKnown(Bundles.Commitment(line.Words[0]), line.Words[0] == "E" ? SealedInventory() : Inventory(), [.. Numbers(line.Text("held"))]),
        "stored" => new NodeEvent.BlobStored(Bundles.Commitment(line.Words[0]), Number(line.Words[1])),
        "rejected" => new NodeEvent.BlobRejected(Bundles.Commitment(line.Words[0]), line.Words[1], Number(line.Words[2]), line.Words[3], $"Blob {line.Words[2]} is bad."),
        "read" => new NodeEvent.MediumRead(Bundles.Commitment(line.Words[0]), line.Words[1]),
        "unreadable" => new NodeEvent.MediumFailed(Bundles.Commitment(line.Words[0]), line.Words[1], Reasons.ReadFailed, "It cannot be read."),
        "trouble" => new NodeEvent.DrawTroubled(Bundles.Commitment(line.Words[0]), line.Words[1], "It does not answer."),
        "room" => new NodeEvent.SpaceSeen(Bundles.Commitment(line.Words[0]), line.Number("needed"), line.Number("free")),
        "full" => new NodeEvent.MediumFailed(Bundles.Commitment(line.Words[0]), line.Words[1], Reasons.NoSpace, "There is no space."),
        "imported" => new NodeEvent.Imported(line.Words[0], Number(line.Words[1])),
        "load-failed" => new NodeEvent.LoadFailed(line.Words[0], line.Words[1], "It did not work."),
        "published" => new NodeEvent.Published(line.Words[0], line.Words.Skip(1).Select(i => Inventory().Images[Number(i)].Name).ToHashSet(StringComparer.Ordinal)),
        "look-failed" => new NodeEvent.LookFailed(line.Words[0], line.Words[1], "Nobody answers."),
        "runtime-restarted" => new NodeEvent.RuntimeRestarted(),
        "mounted" => new NodeEvent.StoreMounted(line.Words[0]),
        "proved" => new NodeEvent.StoreProved(line.Words[0]),
        "store-wrong" => new NodeEvent.StoreWrong(line.Words[0], new StoreFault(line.Words[1], "It is not right.", line.Yes("damaged", false))),
        "look" => new NodeEvent.LookDue(),
        "retry" => new NodeEvent.RetryDue(),
        "freed" => new NodeEvent.Freed(Bundles.Commitment(line.Words[0])),
        "a-day-passes" => new NodeEvent.RebuildsPast(),
        "asked-to-retry" => new NodeEvent.RetryAsked(),
        _ => throw new ArgumentException($"The verb \"{line.Verb}\" is not known."),
    };

    private static IWireMessage Entry(ScenarioLine line) => line.Words[0] switch
    {
        "begun" => new WorkBegun(Bundles.Facts(line.Words[1]), line.Words[2]),
        "imported" => new ImageImported(line.Words[1], Number(line.Words[2])),
        "intended" => new PublishIntended(line.Words[1]),
        "published" => new StorePublished(line.Words[1]),
        "stopped" => new WorkStopped(Bundles.Commitment(line.Words[1]), line.Number("epoch")),
        "freed" => new BlobsFreed(Bundles.Commitment(line.Words[1])),
        "finished" => new UpgradeFinished(Bundles.Commitment(line.Words[1]), Bundles.Facts(line.Words[1]).Version),
        _ => throw new ArgumentException($"The journal entry \"{line.Words[0]}\" is not known."),
    };

    // Blobs 0, 1, 2 are manifests, 3 is the layer shared by all images, 4, 5, 6 are their own layers.
    private static BundleInventory Inventory() => Bundles.Inventory(
        [.. Enumerable.Range(0, 7).Select(i => new InventoryBlob(i < 3 ? MediaTypes.OciManifest : MediaTypes.OciLayerGzip, DigestOf(i), 100 + i, []))],
        [.. Enumerable.Range(0, 3).Select(i => new InventoryImage($"quay.io/a/b@{DigestOf(i)}", i, [i, 3, 4 + i]))]);

    private static BundleInventory SealedInventory() => Bundles.Inventory(
        [.. Enumerable.Range(0, 4).Select(i => new InventoryBlob(i < 3 ? "manifest" : "store", DigestOf(i), 100 + i, []))],
        [.. Enumerable.Range(0, 3).Select(i => new InventoryImage($"quay.io/a/b@{DigestOf(i)}", i, [i]))],
        isSealed: true);

    private static Digest DigestOf(int i) => Digest.Of([(byte)i]);

    private static Peer Peer(string node) => new(node, $"akka.ssl.tcp://handcarry@{node}:9240", $"https://{node}:9241/");

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static IEnumerable<int> Numbers(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Number);

    private static string Describe(NodeEffect effect) => effect switch
    {
        NodeEffect.Journal e => "journal " + e.Entry switch
        {
            WorkBegun j => $"begun {j.Bundle.Commitment} {j.Generation}",
            ImageImported j => $"imported {j.Generation} {j.Image}",
            PublishIntended j => $"intended {j.Generation}",
            StorePublished j => $"published {j.Generation}",
            WorkStopped j => $"stopped {j.Commitment} epoch={j.Epoch}",
            BlobsFreed j => $"freed {j.Commitment}",
            UpgradeFinished j => $"finished {j.Commitment} {j.Version}",
            _ => e.Entry.ToString(),
        },
        NodeEffect.Recall e => $"recall {e.Bundle.Commitment}",
        NodeEffect.ReadMedium e => $"read {e.MediumId}",
        NodeEffect.DrawFrom e => $"draw from {e.From.Node}{(e.BytesPerSecond > 0 ? $" at {e.BytesPerSecond}" : "")}",
        NodeEffect.DrawElsewhere e => $"draw blob {e.Index} from {e.From.Node}",
        NodeEffect.OfferTo e => $"offer to {e.Want.Node}",
        NodeEffect.StopCarrying => "stop carrying",
        NodeEffect.Import e => $"import {e.Generation} {e.Image}",
        NodeEffect.Publish e => $"publish {e.Generation}",
        NodeEffect.KeepPins e => $"keep the pins of {e.Generation} only",
        NodeEffect.Discard e => $"discard {e.Generation}",
        NodeEffect.MountStore e => $"mount {e.Generation}",
        NodeEffect.ProveStore e => $"prove {e.Generation}",
        NodeEffect.PublishStore e => $"publish store {e.Generation}{(e.Proved ? "" : ", pin nothing")}",
        NodeEffect.LookAtStore e => $"look at store {e.Generation}",
        NodeEffect.RetireStores e => $"retire others than {e.Generation}{(e.Superseded ? ", also what is beside it" : "")}",
        NodeEffect.DropBlob e => $"drop blob {e.Index}",
        NodeEffect.FreeBlobs e => $"free the blobs of {string.Join(' ', e.Commitments)}",
        NodeEffect.FreeLayers e => $"free the layers of {e.Commitment}",
        NodeEffect.Serve e => $"serve {e.Bundle.Commitment}",
        NodeEffect.RetryLater => "retry later",
        NodeEffect.ForgetRebuildsLater => "count rebuilds for a day",
        _ => effect.ToString(),
    };
}
