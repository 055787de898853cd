using System.Collections.Immutable;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Tests.Samples;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Twins;

namespace Handcarry.Actors.Tests.Node;

public sealed class NodeTallyTests
{
    private readonly ManualTime _time = new();
    private readonly NodeTally _tally;

    public NodeTallyTests() => _tally = new NodeTally(_time);

    [Fact]
    public void A_blob_counts_once_however_often_it_is_told()
    {
        var (none, one) = (Working(), Working() with { Work = Working().Work! with { Held = [3], BytesHeld = 70 } });
        _tally.Note(none, one, new NodeEvent.BlobStored("c", 3));
        _tally.Note(one, one, new NodeEvent.BlobStored("c", 3));
        Assert.Equal((1L, 70L), (_tally.Read().StoredBlobs, _tally.Read().StoredBytes));
    }

    [Fact]
    public void What_was_here_when_the_inventory_came_was_not_stored_now()
    {
        var after = Working() with { Work = Working().Work! with { Held = [0, 1], BytesHeld = 9 } };
        _tally.Note(Working(), after, new NodeEvent.Recovered());
        Assert.Equal(0, _tally.Read().StoredBlobs);
    }

    [Fact]
    public async Task Refused_bytes_count_by_where_they_came_from()
    {
        var state = await KnowingAsync();
        var size = state.Work!.Inventory!.Blobs[1].Size;
        _tally.Note(state, state, new NodeEvent.BlobRejected("c", "usb", 1, Reasons.DigestMismatch, "wrong"));
        _tally.Note(state, state, new NodeEvent.HolderWrong("c", 1, new Peer("b", "akka", "https://b", 1), Reasons.SizeMismatch, "short"));
        _tally.Note(state, state, new NodeEvent.BlobDamaged("c", 1, "changed"));
        _tally.Note(state, state, new NodeEvent.StoreWrong("g", new StoreFault(Reasons.StoreLayerMismatch, "wrong", true)));
        var read = _tally.Read();
        Assert.All(NodeTally.Sources, source => Assert.Equal(1, read.RejectedBlobs[source]));
        Assert.Equal((size, size, 0L), (read.RejectedBytes["medium"], read.RejectedBytes["peer"], read.RejectedBytes["store"]));
        Assert.Equal((1L, 0L, 1L, 1L), (read.Mismatches["medium"], read.Mismatches["peer"], read.Mismatches["disk"], read.Mismatches["store"]));
    }

    [Fact]
    public void Time_is_spent_in_the_stage_that_the_node_is_in()
    {
        _time.Advance(TimeSpan.FromSeconds(3));
        _tally.Note(NodeState.Initial, Working(), new NodeEvent.Recovered());
        _time.Advance(TimeSpan.FromSeconds(5));
        var read = _tally.Read();
        Assert.Equal((Stage.Receiving, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5)), (read.Stage, read.InStage[Stage.Waiting], read.InStage[Stage.Receiving]));
        Assert.Equal(TimeSpan.Zero, read.InStage[Stage.Ready]);
    }

    [Fact]
    public void What_is_tried_again_counts_by_what_it_is()
    {
        foreach (var failed in new NodeEvent[] { new NodeEvent.DrawTroubled("c", "r", "m"), new NodeEvent.LoadFailed("g", "r", "m"), new NodeEvent.LookFailed("g", "r", "m"), new NodeEvent.MediumFailed("c", "usb", "r", "m") })
            _tally.Note(Working(), Working(), failed);
        Assert.Equal(NodeTally.Matters.Select(matter => (matter, 1L)), NodeTally.Matters.Select(matter => (matter, _tally.Read().Retries[matter])));
    }

    private static NodeState Working() => NodeState.Initial with
    {
        Work = new NodeWork { Bundle = new BundleFacts("c", 1, "4.12.1", "x86_64", "r", 100, 200, 3), Generation = "g" },
    };

    private static async Task<NodeState> KnowingAsync()
    {
        var (_, bytes) = await ABundle.WriteAsync();
        var reader = await BundleReader.OpenAsync(new MemoryStream(bytes), new BundleLimits(), default);
        return Working() with { Work = Working().Work! with { Inventory = await reader.ReadInventoryAsync(default) } };
    }
}
