using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Handcarry.Actors.Protocol;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry;
using Handcarry.Streams.Replication;

namespace Handcarry.Actors.Node;

/// <summary>
/// Tells successors what this node holds, and draws from its predecessor what it lacks.
/// <code><![CDATA[
///   predecessor --Offer--> [ what it has, minus what is here, by DrawOrder ] --> DrawGraph --> BlobStore
///                                                                                    |
///   successors <--Offer--- [ what is here, and what is growing ] <--------------------+-- also from the medium
/// ]]></code>
/// The bytes go over the data plane; here are only indexes. An offer is complete each time, so a lost one does no harm: it is asked for
/// again when nothing has come for a while.
/// </summary>
internal sealed class Replicator : ReceiveActor, IWithTimers
{
    /// <summary>The index that stands for the inventory itself in the work of the draw graph.</summary>
    private const int InventoryIndex = -1;

    /// <summary>Between one offer and the next; the first goes at once. Each node of a chain may add this much, so it is short.</summary>
    private static readonly TimeSpan OfferPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan TroublePause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FullPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MeasureEvery = TimeSpan.FromSeconds(1);

    private readonly string _node;
    private readonly BlobStore _blobs;
    private readonly BlobDraw _draw;
    private readonly DrawOptions _options;
    private readonly BundleLimits _limits;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, (IActorRef Agent, long Epoch)> _successors = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Peer> _asked = [];
    private readonly Dictionary<int, Peer> _elsewhere = [];
    private readonly TransferCounters _counters;
    private readonly TimeProvider _time;
    private readonly LinkMeter _meter = new();

    private BundleFacts? _bundle;
    private BundleInventory? _inventory;
    private int[] _places = [];
    private BlobSet _held = BlobSet.Empty;
    private BlobSet _growing = BlobSet.Empty;
    private BlobSet _offered = BlobSet.Empty;
    private BlobSet _complete = BlobSet.Empty;
    private (BlobSet Blobs, IReadOnlyList<long> Verified) _growingThere = (BlobSet.Empty, []);
    private bool _inventoryOffered;
    private bool _inventoryHere;
    private NodeEffect.DrawFrom? _from;
    private DrawGraph? _graph;
    private bool _offersDue;
    private long _waits;

    public Replicator(string node, BlobStore blobs, BlobDraw draw, DrawOptions options, BundleLimits limits, TransferCounters counters, TimeProvider time)
    {
        (_node, _blobs, _draw, _options, _limits, _counters, _time) = (node, blobs, draw, options, limits, counters, time);
        Receive<NodeEffect.DrawFrom>(OnDrawFrom);
        Receive<NodeEffect.DrawElsewhere>(OnDrawElsewhere);
        Receive<NodeEffect.FollowEpoch>(e => Forget(successor => successor.Epoch < e.Epoch));
        Receive<NodeEffect.StopCarrying>(_ => StopDrawing());
        Receive<Carry>(e => TakeUp(e.Bundle));
        Receive<NodeEvent.InventoryKnown>(OnInventory);
        Receive<NodeEvent.BlobRejected>(e => OnNotGrowing(e.Commitment, [e.Index]));
        Receive<NodeEvent.MediumFailed>(e => OnNotGrowing(e.Commitment, _growing));
        Receive<NodeEffect.DropBlob>(e => OnDropped(e.Index));
        Receive<NodeEvent.BlobStored>(e => OnHeld(e.Commitment, e.Index));
        Receive<Begun>(OnBegun);
        Receive<Drawn>(OnDrawn);
        Receive<WantOffers>(OnWantOffers);
        Receive<Offer>(OnOffer);
        Receive<Terminated>(e => Forget(successor => successor.Agent.Equals(e.ActorRef)));
        Receive<Measure>(_ => OnMeasure());
        Receive<SendOffers>(_ => TellSuccessors());
        Receive<AskAgain>(_ => Ask());
        Receive<TryAgain>(_ => Feed());
    }

    /// <summary>The bundle this node is about, wherever its blobs come from.</summary>
    internal sealed record Carry(BundleFacts Bundle);

    /// <summary>A blob has begun to grow in the store, whoever brings it in.</summary>
    internal sealed record Begun(string Commitment, int Index);

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Measure), Measure.Instance, MeasureEvery);

    protected override void PostStop() => StopDrawing();

    private void OnDrawFrom(NodeEffect.DrawFrom order)
    {
        TakeUp(order.Bundle);
        var same = _from is { } from && from.From == order.From && from.Bundle.Commitment == order.Bundle.Commitment;
        _from = order;
        _draw.Limit.Share = order.BytesPerSecond;
        if (!same)
        {
            _log.Info("Draws from node {0} by plan {1}", order.From.Node, order.Epoch);
            StopGraph();
            (_offered, _complete, _growingThere) = (BlobSet.Empty, BlobSet.Empty, (BlobSet.Empty, []));
            _inventoryOffered = false;
            _graph = StartGraph(order.Bundle.Commitment);
            _graph.Greet(new Holder(order.From.Node, new Uri(order.From.Data)));
        }

        // The holder offers nothing more to those whose plan is older than its own.
        Ask();
    }

    private DrawGraph StartGraph(string commitment)
    {
        var self = Self;
        return DrawGraph.Start(
            Context.Materializer(),
            _draw,
            _options,
            result => self.Tell(new Drawn(commitment, result), ActorRefs.NoSender),
            index => self.Tell(new Begun(commitment, index), ActorRefs.NoSender));
    }

    private void StopDrawing()
    {
        _from = null;
        StopGraph();
    }

    private void StopGraph()
    {
        _graph?.Cancel();
        _graph = null;
        _asked.Clear();
        _elsewhere.Clear();
    }

    private void TakeUp(BundleFacts bundle)
    {
        if (_bundle?.Commitment == bundle.Commitment)
            return;
        StopDrawing();
        _bundle = bundle;
        (_inventory, _held, _growing, _offered, _inventoryOffered, _inventoryHere) = (null, BlobSet.Empty, BlobSet.Empty, BlobSet.Empty, false, false);
    }

    private void OnInventory(NodeEvent.InventoryKnown e)
    {
        if (_bundle?.Commitment != e.Commitment)
            return;
        (_inventory, _inventoryHere) = (e.Inventory, true);
        _held = _held.Union(BlobSet.Of(e.Held));
        _places = DrawOrder.Places(e.Inventory, _held.ToHashSet());
        OffersChanged();
        Feed();
    }

    private void OnHeld(string commitment, int index)
    {
        if (_bundle?.Commitment != commitment)
            return;
        _held = _held.Add(index);
        _growing = _growing.Except(BlobSet.Of([index]));
        OffersChanged();
    }

    private void OnDropped(int index)
    {
        _held = _held.Except(BlobSet.Of([index]));
        OffersChanged();
        Feed();
    }

    private void OnNotGrowing(string commitment, IEnumerable<int> indexes)
    {
        if (_bundle?.Commitment != commitment)
            return;
        _growing = _growing.Except(BlobSet.Of(indexes));
        OffersChanged();
    }

    private void OnBegun(Begun e)
    {
        if (_bundle?.Commitment != e.Commitment || e.Index < 0)
            return;
        _growing = _growing.Add(e.Index);
        OffersChanged();
    }

    // ---- to successors

    private void OnWantOffers(WantOffers want)
    {
        if (!_successors.TryGetValue(want.Node, out var known) || !known.Agent.Equals(Sender))
            Context.Watch(Sender);
        _successors[want.Node] = (Sender, want.Epoch);
        if (_bundle?.Commitment == want.Commitment)
            Sender.Tell(CurrentOffer());
    }

    private void OffersChanged()
    {
        _offersDue = true;
        if (!Timers.IsTimerActive(nameof(SendOffers)))
            TellSuccessors();
    }

    private void TellSuccessors()
    {
        if (!_offersDue || _bundle is null || _successors.Count == 0)
            return;
        _offersDue = false;
        Timers.StartSingleTimer(nameof(SendOffers), SendOffers.Instance, OfferPause);
        var offer = CurrentOffer();
        foreach (var successor in _successors.Values)
            successor.Agent.Tell(offer);
    }

    private void Forget(Predicate<(IActorRef Agent, long Epoch)> which) =>
        _successors.Where(s => which(s.Value)).Select(s => s.Key).ToList().ForEach(s => _successors.Remove(s));

    private Offer CurrentOffer() =>
        new(_bundle!.Commitment, _node, _inventoryHere, _held.ToString(), _growing.ToString(), [.. _growing.Select(VerifiedOf)]);

    private long VerifiedOf(int index) => _inventory is null ? 0 : _blobs.VerifiedOf(_inventory.Blobs[index].Digest);

    // ---- from the predecessor

    private void Ask()
    {
        if (_from is not { } from)
            return;
        // Only members are asked: an address is never taken on trust from a message alone.
        if (ActorPath.TryParseAddress(from.From.Address, out var address) && Akka.Cluster.Cluster.Get(Context.System).State.Members.Any(m => m.Address == address))
        {
            Context.ActorSelection(new RootActorPath(address) / "user" / NodeAgent.Name)
                .Tell(new WantOffers(from.Epoch, from.Bundle.Commitment, _node));
        }

        Timers.StartSingleTimer(nameof(AskAgain), AskAgain.Instance, AskAgainAfter);
    }

    private void OnOffer(Offer offer)
    {
        if (_from is not { } from || offer.Node != from.From.Node || offer.Commitment != from.Bundle.Commitment)
            return;
        _inventoryOffered = offer.HasInventory;
        var bound = _inventory?.Blobs.Count ?? _limits.Blobs;
        if (!BlobSet.TryParse(offer.Held, bound, out var held) || !BlobSet.TryParse(offer.Growing, bound, out var growing))
        {
            _log.Warning("Node {0} offers blobs that bundle {1} does not have; the offer is ignored", offer.Node, offer.Commitment);
            return;
        }

        (_offered, _complete, _growingThere) = (held.Union(growing), held, (growing, offer.Verified ?? []));
        Timers.StartSingleTimer(nameof(AskAgain), AskAgain.Instance, AskAgainAfter);
        Feed();
    }

    /// <summary>Gives the graph as much as it takes of what is offered and not here, what completes an image soonest first; the rest waits for room.</summary>
    private void Feed()
    {
        if (_graph is null || _from is not { } from || Timers.IsTimerActive(nameof(TryAgain)))
            return;
        if (_inventory is null)
        {
            if (_inventoryOffered && !_asked.ContainsKey(InventoryIndex))
                TryDraw(InventoryIndex, new BlobSpec(Digest.Parse(from.Bundle.Commitment), from.Bundle.InventorySize), from.From);

            return;
        }

        foreach (var index in _offered.Except(_held).Where(index => !_asked.ContainsKey(index)).OrderBy(index => _places[index]))
        {
            if (!TryDraw(index, _inventory.Blobs[index].ToSpec(), from.From))
                break;
        }
    }

    private bool TryDraw(int index, BlobSpec spec, Peer holder)
    {
        holder = _elsewhere.GetValueOrDefault(index, holder);
        if (!_graph!.TryOffer(new DrawRequest(index, spec, new Holder(holder.Node, new Uri(holder.Data)))))
            return false;
        _asked.Add(index, holder);
        return true;
    }

    private void OnDrawElsewhere(NodeEffect.DrawElsewhere order)
    {
        _elsewhere[order.Index] = order.From;
        Feed();
    }

    private void OnMeasure()
    {
        // What the limit holds back tells nothing of the link.
        var (limited, waits) = (_draw.Limit.Waits > _waits, _draw.Limit.Waits);
        _waits = waits;
        var behind = _graph is not null && LinkMeter.IsAhead(_complete, _growingThere.Blobs, _growingThere.Verified, _held, VerifiedOf);
        var link = _meter.Look(_time.GetElapsedTime(0), limited ? "" : _from?.From.Node ?? "", _counters.BytesDrawn, _draw.Flow.Seen, behind);
        if (link is not null)
            Context.Parent.Tell(new LinkMeter.Measured(link));
        if (_growing.Count > 0)
            OffersChanged();
    }

    private void OnDrawn(Drawn drawn)
    {
        if (_bundle?.Commitment != drawn.Commitment)
            return;
        var result = drawn.Result;
        if (result.Error is { } error)
        {
            OnNotGrowing(drawn.Commitment, result.Index < 0 ? [] : [result.Index]);
            if (_asked.Remove(result.Index, out var holder) && _from is not null)
                OnTrouble(drawn.Commitment, result.Index, holder, error);
            return;
        }

        // The inventory stays asked for once it is here: until the node agent has read it, it would be asked for again and again.
        if (result.Index != InventoryIndex)
            _asked.Remove(result.Index);
        _elsewhere.Remove(result.Index);

        if (result.Index == InventoryIndex)
        {
            // Successors need not wait until this node has read it.
            _inventoryHere = true;
            OffersChanged();
            Context.Parent.Tell(new NodeAgent.RecallInventory(drawn.Commitment));
        }
        else
        {
            Context.Parent.Tell(new NodeEvent.BlobStored(drawn.Commitment, result.Index));
            OnHeld(drawn.Commitment, result.Index);
        }

        Feed();
    }

    // The graph is told again after a pause: by then the holder may be back, or another plan here.
    private void OnTrouble(string commitment, int index, Peer holder, ContentException error)
    {
        _log.Warning("{0}: {1}", error.Reason, error.Message);
        _elsewhere.Remove(index);
        Context.Parent.Tell(error.Reason is Reasons.DigestMismatch or Reasons.SizeMismatch
            ? new NodeEvent.HolderWrong(commitment, index, holder, error.Reason, error.Message)
            : new NodeEvent.DrawTroubled(commitment, error.Reason, error.Message));
        Timers.StartSingleTimer(nameof(TryAgain), TryAgain.Instance, error.Reason == Reasons.NoSpace ? FullPause : TroublePause);
    }

    private sealed record Drawn(string Commitment, DrawResult Result);

    private sealed class SendOffers
    {
        public static readonly SendOffers Instance = new();
    }

    private sealed class AskAgain
    {
        public static readonly AskAgain Instance = new();
    }

    private sealed class Measure
    {
        public static readonly Measure Instance = new();
    }

    private sealed class TryAgain
    {
        public static readonly TryAgain Instance = new();
    }
}
