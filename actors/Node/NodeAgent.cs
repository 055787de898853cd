using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Handcarry.Actors.Protocol;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Replication;

namespace Handcarry.Actors.Node;

/// <summary>
/// The persistent actor around <see cref="NodeMachine"/>: children and the supervisor tell it what happens, its journal remembers what the
/// node has done to itself, and what the machine decides goes to the children.
/// <code><![CDATA[
///   MediaWatcher --found, gone--+                              +--> MediaWatcher, Verifier  (read a medium)
///   Verifier -----blobs---------+                              +--> Replicator              (draw, offer)
///   Replicator ---blobs---------+--> NodeMachine --effects-----+--> Importer                (import, mount, prove, publish)
///   Importer -----images--------+        |                     +--> supervisor              (report)
///   supervisor ---plans---------+     journal
/// ]]></code>
/// </summary>
public sealed class NodeAgent : ReceivePersistentActor, IWithTimers
{
    /// <summary>Its name below <c>/user</c>; other nodes' replicators ask it for offers there.</summary>
    public const string Name = "node";

    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReportPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RebuildsCountFor = TimeSpan.FromDays(1);

    private readonly string _node;
    private readonly Uri _data;
    private readonly NodePorts _ports;
    private readonly IActorRef _supervisor;
    private readonly RateLimit _reading;
    private readonly PastBlobs _past;
    private readonly NodeRoom _room;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private NodeState _state = NodeState.Initial;
    private Remark? _fault;
    private SpaceFacts? _space;
    private bool _looking;
    private LinkReport? _link;
    private IActorRef _media = ActorRefs.Nobody;
    private IActorRef _replicator = ActorRefs.Nobody;
    private IActorRef _importer = ActorRefs.Nobody;
    private IActorRef _verifier = ActorRefs.Nobody;
    private IActorRef _checker = ActorRefs.Nobody;
    private IActorRef _pressure = ActorRefs.Nobody;
    private IActorRef _serves = ActorRefs.Nobody;
    private ServingReport? _serving;
    private YieldReport? _yield;
    private long _mediumBytes;
    private int _readings;
    private StoreProgress? _proof;
    private StoreProgress? _check;
    private Verifier.Reading? _medium;

    /// <summary>Makes the agent of a node whose data plane listens at <paramref name="data"/>.</summary>
    public NodeAgent(string node, Uri data, NodePorts ports, IActorRef supervisor)
    {
        (_node, _data, _ports, _supervisor) = (node, data, ports, supervisor);
        _reading = new RateLimit(ports.Time);
        _past = new PastBlobs(ports.Blobs, ports.Limits, ports.InUse);
        _room = new NodeRoom(ports, _past);
        PersistenceId = $"node-{node}";
        _state = _state with { PublishUnproved = ports.PublishUnproved, KeepBundles = ports.KeepBundles };

        Recover<IWireMessage>(entry => _state = NodeMachine.Replay(_state, entry));
        Recover<RecoveryCompleted>(_ => Apply(new NodeEvent.Recovered()));

        Command<NodeEvent.InventoryKnown>(known => WeighAsync(known).PipeTo(Self));
        Command<NodeEvent>(Apply);
        Command<Weighed>(OnWeighed);
        Command<NodeRoom.Room>(OnRoom);
        Command<PastBlobs.Found>(found => _past.Remove(found, _state).ToList().ForEach(Apply));
        Command<PastBlobs.Known>(OnServed);
        Command<CarryPlan>(
            plan => plan.Epoch < _state.Epoch,
            plan => _log.Info("A plan of epoch {0} is refused: this node follows epoch {1}, which a newer supervisor has given it", plan.Epoch, _state.Epoch));
        Command<CarryPlan>(plan => plan.IsWellFormed(), plan => Apply(new NodeEvent.Planned(plan)));
        Command<CarryPlan>(plan => _log.Warning("A plan that names no bundle or no node is dropped: {0}", plan));
        Command<StopWork>(stop => Apply(new NodeEvent.Stopped(stop)));
        Command<TakeDigest>(order => _media.Tell(order));
        Command<FinishWork>(finish => Apply(new NodeEvent.Finished(finish)));
        Command<WantOffers>(want => Apply(new NodeEvent.Wanted(want)));
        Command<LinkMeter.Measured>(e => _link = e.Link);
        Command<PressureWatch.Yields>(e => _yield = e.Report);
        Command<RecallInventory>(recall => Recall(recall.Commitment));
        Command<Recalled>(OnRecalled);
        Command<Verifier.Reading>(reading => Sender.Equals(_verifier), reading => _medium = reading);
        Command<ProofRelay.Proving>(e => e.Generation == _state.Work?.Generation, e => _proof = e.Progress);
        Command<ProofRelay.Proving>(_ => { });
        Command<BlobChecker.Checking>(e => _check = e.Progress);
        Command<Beat>(_ => OnBeat());
        Command<RuntimeWatcher.Looked>(looked => _fault = looked.Fault);
        Command<ServingReport>(e => _serving = e);
        Command<SiteSummary>(ports.Site.Hear);
        Command<ReportNow>(_ => Report());
    }

    /// <summary>The inventory has been drawn into the blob store: take it up from there.</summary>
    internal sealed record RecallInventory(string Commitment);

    /// <inheritdoc/>
    public override string PersistenceId { get; }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        base.PreStart();
        _replicator = Context.ActorOf(Props.Create(() => new Replicator(_node, _ports.Blobs, _ports.Draw, _ports.DrawOptions, _ports.Limits, _ports.Counters, _ports.Time)), "replicator");
        _importer = Context.ActorOf(Props.Create(() => new Importer(_ports.Images, _ports.Sealed, _ports.Runtime)), "importer");
        _checker = Context.ActorOf(Props.Create(() => new BlobChecker(_ports.Blobs, _ports.Checks)), "checker");
        Context.ActorOf(Props.Create(() => new RuntimeWatcher(_ports.Runtime)), "runtime");
        if (_ports.Serving is { } serving)
            (_serving, _serves) = (new ServingReport(), Context.ActorOf(Props.Create(() => new ServingWatcher(serving)), "serving"));
        _media = Context.ActorOf(Props.Create(() => new MediaWatcher(_ports.Media, _ports.Limits)), "media");
        if (_ports.Pressure is { } pressure)
        {
            Func<long> carried = () => _ports.Counters.BytesDrawn + Interlocked.Read(ref _mediumBytes);
            Action<long> limit = rate => _ports.Draw.Limit.Spare = _reading.Spare = rate;
            _pressure = Context.ActorOf(Props.Create(() => new PressureWatch(pressure, _ports.Yield, carried, limit, _ports.Time)), "pressure");
        }

        Timers.StartPeriodicTimer(nameof(Beat), Beat.Instance, TimeSpan.Zero, ReportEvery);
        Timers.StartPeriodicTimer(nameof(NodeEvent.LookDue), new NodeEvent.LookDue(), LookEvery);
    }

    /// <inheritdoc/>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        _ports.Tally.JournalFailed();
        _log.Error(cause, "The journal of node {0} cannot be written; the agent starts again. Check the disk that holds it.", _node);
    }

    private void Apply(NodeEvent happened)
    {
        var before = _state;
        (_state, var effects) = NodeMachine.Step(_state, happened);
        _ports.Tally.Note(before, _state, happened);
        if (_state.Stage != before.Stage)
            _log.Info("Stage {Before} -> {Stage} {Version}", before.Stage, _state.Stage, _state.Work?.Bundle.Version ?? "");
        if (happened is NodeEvent.InventoryKnown known)
            _ports.Registry.TakeUp(Digest.Parse(known.Commitment), known.Inventory);
        if (happened is NodeEvent.InventoryKnown && _state.Work is { } work)
            _replicator.Tell(new Replicator.Carry(work.Bundle));
        if (happened is NodeEvent.MediumRead or NodeEvent.MediumFailed)
            _medium = null;
        if (happened is not NodeEvent.BlobStored && _state.Work?.Sealed is not { Mounted: true, Proved: false })
            _proof = null;
        if (happened is NodeEvent.InventoryKnown or NodeEvent.BlobStored or NodeEvent.BlobRejected or NodeEvent.MediumFailed)
            _replicator.Tell(happened);
        Carry(effects);
        _pressure.Tell(new PressureWatch.Carrying(_state.Work is { Extracted: false, Short: false, Plan: { } plan } && (plan.MediumId.Length > 0 || plan.From is not null)));
    }

    /// <summary>Carries effects out in order; what follows a journal entry waits until that is durable.</summary>
    private void Carry(ImmutableList<NodeEffect> effects)
    {
        var count = effects.FindIndex(effect => effect is NodeEffect.Journal);
        effects.Take(count < 0 ? effects.Count : count).ToList().ForEach(Carry);
        if (count >= 0)
            Persist(((NodeEffect.Journal)effects[count]).Entry, _ => Carry(effects.RemoveRange(0, count + 1)));
    }

    private void Carry(NodeEffect effect)
    {
        switch (effect)
        {
            case NodeEffect.Recall e:
                Recall(e.Bundle.Commitment);
                break;
            case NodeEffect.ReadMedium e:
                _replicator.Tell(new NodeEffect.StopCarrying());
                _replicator.Tell(new Replicator.Carry(e.Bundle));
                StopReading();
                Action<long> read = bytes => Interlocked.Add(ref _mediumBytes, bytes);
                _verifier = Context.ActorOf(
                    Props.Create(() => new Verifier(e.MediumId, e.Bundle, _ports.Blobs, _media, _replicator, _reading, read)), $"verifier-{++_readings}");
                break;
            case NodeEffect.DrawFrom e:
                StopReading();
                _link = null;
                _replicator.Tell(e);
                break;
            case NodeEffect.OfferTo e:
                _replicator.Forward(e.Want);
                break;
            case NodeEffect.DrawElsewhere or NodeEffect.FollowEpoch or NodeEffect.DropBlob or NodeEffect.StopCarrying:
                if (effect is NodeEffect.StopCarrying)
                    StopReading();
                _replicator.Tell(effect);
                break;
            case NodeEffect.Import e:
                _importer.Tell(new Importer.Order.Import(e.Generation, e.Image, _state.Work!.ImageOf(e.Image)));
                break;
            case NodeEffect.Publish e:
                _importer.Tell(new Importer.Order.Publish(e.Generation, _state.Work!.ImagesOf()));
                break;
            case NodeEffect.KeepPins e:
                _importer.Tell(new Importer.Order.KeepPins(e.Generation));
                break;
            case NodeEffect.MountStore e:
                _importer.Tell(new Importer.Order.Mount(e.Generation, _state.Work!.SealedOf()));
                break;
            case NodeEffect.ProveStore e:
                _importer.Tell(new Importer.Order.Prove(e.Generation, _state.Work!.SealedOf(), new ProofRelay(Self, e.Generation)));
                break;
            case NodeEffect.PublishStore e:
                _importer.Tell(new Importer.Order.Show(e.Generation, _state.Work!.SealedOf(), _state.Work!.ImagesOf(), Anew: false, e.Proved));
                break;
            case NodeEffect.LookAtStore e:
                _importer.Tell(new Importer.Order.Show(e.Generation, _state.Work!.SealedOf(), _state.Work!.ImagesOf(), Anew: true, Pin: true));
                break;
            case NodeEffect.RetireStores e:
                _importer.Tell(new Importer.Order.Retire(e.Generation, _state.Work!.IsSealed ? _state.Work!.SealedOf() : null, e.Superseded));
                break;
            case NodeEffect.Discard e:
                _importer.Tell(new Importer.Order.Discard(e.Generation));
                break;
            case NodeEffect.RetryLater:
                Timers.StartSingleTimer(nameof(NodeEffect.RetryLater), new NodeEvent.RetryDue(), RetryPause);
                break;
            case NodeEffect.FreeBlobs e:
                _past.FindAsync(e.Commitments, _state).PipeTo(Self);
                break;
            case NodeEffect.FreeLayers when _state.Work is { Inventory: not null } work:
                _past.RemoveLayersAsync(work, _state).PipeTo(Self);
                break;
            case NodeEffect.CheckBlobs e when _state.Work is { Inventory: { } inventory } work:
                _checker.Tell(new BlobChecker.Check(work.Bundle.Commitment, inventory, [.. e.Held]));
                break;
            case NodeEffect.Serve e:
                _past.InventoryAsync(e.Bundle.Commitment).PipeTo(Self);
                break;
            case NodeEffect.ForgetRebuildsLater:
                Timers.StartSingleTimer(nameof(NodeEffect.ForgetRebuildsLater), new NodeEvent.RebuildsPast(), RebuildsCountFor);
                break;
            case NodeEffect.Report:
                if (!Timers.IsTimerActive(nameof(ReportNow)))
                    Timers.StartSingleTimer(nameof(ReportNow), ReportNow.Instance, ReportPause);
                break;
        }
    }

    private void StopReading()
    {
        Context.Stop(_verifier);
        _medium = null;
    }

    private void Recall(string commitment)
    {
        if (Digest.TryParse(commitment, out var digest) && _ports.Blobs.Contains(digest))
            RecallAsync(commitment, digest).PipeTo(Self);
    }

    private async Task<Recalled> RecallAsync(string commitment, Digest digest)
    {
        try
        {
            var inventory = await InventoryFile.ReadAsync(_ports.Blobs, digest, _ports.Limits, CancellationToken.None);
            var held = Enumerable.Range(0, inventory.Blobs.Count).Where(i => _ports.Blobs.SizeOf(inventory.Blobs[i].Digest) == inventory.Blobs[i].Size).ToList();
            return new Recalled(new NodeEvent.InventoryKnown(commitment, inventory, held), null);
        }
        catch (ContentException e)
        {
            // It is drawn again, as one that was never here.
            _ports.Blobs.Distrust(digest);
            return new Recalled(null, e);
        }
    }

    private void OnRecalled(Recalled recalled)
    {
        if (recalled.Known is { } known)
            WeighAsync(known).PipeTo(Self);
        else
            _log.Error(recalled.Cause, "The inventory of a bundle cannot be used: {0}", recalled.Cause!.Message);
    }

    // The bundle that is worked on may have been taken up meanwhile, and stays the newest.
    private void OnServed(PastBlobs.Known known)
    {
        if (known.Inventory is { } inventory)
            _ports.Registry.TakeUp(known.Commitment, inventory);
        if (_state.Work is { Inventory: { } newest } work)
            _ports.Registry.TakeUp(Digest.Parse(work.Bundle.Commitment), newest);
    }

    private void OnBeat()
    {
        // A runtime that is slow to say where it keeps images is not asked by two at once.
        if (!_looking)
            (_state.Work is { Inventory: { } inventory, Extracted: false } work ? _room.LookAsync(_state, work.Bundle.Commitment, inventory) : _room.LookAsync(_state, "", null)).PipeTo(Self);
        _looking = true;
        Report();
    }

    private void OnRoom(NodeRoom.Room room)
    {
        (_space, _looking) = (room.Space, false);
        if (room.Seen is { } seen)
            Apply(seen);
    }

    private async Task<Weighed> WeighAsync(NodeEvent.InventoryKnown known) => new(known, await _room.LookAsync(_state, known.Commitment, known.Inventory));

    /// <summary>Room is judged before the inventory is taken up, and so before the first byte of a blob is read or drawn.</summary>
    private void OnWeighed(Weighed weighed)
    {
        OnRoom(weighed.Room);
        Apply(weighed.Known);
        _verifier.Tell(new Verifier.GoOn(weighed.Known.Commitment));
    }

    private void Report()
    {
        // A report before the first answer would say that the node has no space at all.
        if (_space is null)
            return;
        var work = _state.Work;
        _serves.Tell(ServingWatcher.Watch.Of(work));
        var pace = _medium is { } reading ? PaceOf(reading) : null;
        var slow = pace is { Slow: true } && _state.Media.TryGetValue(_medium!.MediumId, out var medium) ? (medium.Name, pace) : ((string, MediumPace)?)null;
        var remark = new NodeMoment(_node, _yield, slow, _fault ?? _serving?.Remark ?? _space.Unknown, _proof, work?.Check == CheckState.Running ? _check : null).Remark(work);
        var self = Akka.Cluster.Cluster.Get(Context.System).SelfUniqueAddress;
        var report = new NodeReport
        {
            Node = _node,
            Self = new Peer(_node, self.Address.ToString(), _data.ToString(), self.Uid),
            Stage = _state.Stage,
            Epoch = work?.Plan?.Epoch ?? 0,
            Commitment = work?.Bundle.Commitment ?? "",
            BlobsHeld = work?.Held.Count ?? 0,
            BytesHeld = work?.BytesHeld ?? 0,
            Extracted = work?.Extracted ?? false,
            LetGo = work?.LetGo ?? false,
            Pinned = work is { Published: true, Pins.Pinned: true },
            RuntimeFault = _fault?.Message ?? "",
            Serving = _serving,
            ImagesLoaded = work is { IsSealed: true, Published: true } ? work.Bundle.Images : work?.Imported.Count ?? 0,
            FreeForBlobs = _space.FreeForBlobs + _space.Spare,
            FreeForStore = _space.FreeForStore,
            OneFileSystem = _space.OneFileSystem,
            RoomUnknown = _space.Unknown,
            Media = [.. _state.Media.Values.Select(one => one.Id == _medium?.MediumId ? one with { Pace = pace } : one)],
            Receipt = ReceiptOf(work?.Bundle.Commitment ?? _ports.Site.Summary?.Commitment),
            Reason = remark?.Reason ?? "",
            Message = remark?.Message ?? "",
            Complaints = [.. _state.Complaints.Values],
            Link = _link,
            Yield = _yield,
            MediumBytes = Interlocked.Read(ref _mediumBytes),
            DrawnBytes = _ports.Counters.BytesDrawn,
            SentBytes = _ports.Counters.BytesSent,
        };
        _ports.Tally.Note(report);
        _supervisor.Tell(report);
        _ports.Site.Report(report);
    }

    // A bundle that is refused, no node works on.
    private ReceiptState ReceiptOf(string? commitment) => commitment is { Length: > 0 } ? _ports.Receipts(commitment) : ReceiptState.None;

    private MediumPace? PaceOf(Verifier.Reading reading) => reading.Medium.Speed is { } speed
        ? new MediumPace((long)Math.Max(1, speed.BytesPerSecond), (long)Math.Ceiling(speed.Left(reading.Length).TotalSeconds), speed.BytesPerSecond < _ports.SlowBelow)
        : null;

    private sealed record Weighed(NodeEvent.InventoryKnown Known, NodeRoom.Room Room);

    private sealed record Recalled(NodeEvent.InventoryKnown? Known, ContentException? Cause);

    private sealed class Beat
    {
        public static readonly Beat Instance = new();
    }

    private sealed class ReportNow
    {
        public static readonly ReportNow Instance = new();
    }
}
