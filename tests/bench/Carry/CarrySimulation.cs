using System.Globalization;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Bench.Carry;

/// <summary>
/// A site in virtual time. The decisions are the product's own: <see cref="SupervisorMachine"/> with its planner, and a
/// <see cref="NodeMachine"/> per node. What is simulated is what they decide about:
/// <code><![CDATA[
///   medium --chunk--> n000 --chunk--> n001 --chunk--> ...     a chunk takes its bytes over the slower of the sender's share and the receiver's link
///      1. a node asks its holder for the chunk after its last    4. reports reach the supervisor every few seconds, its plans at once
///      2. it gets it when the holder has verified it             5. a lost node is missed by its successors, who try again and then draw
///      3. a blob is offered a pause after it has begun to grow      from the other holder, and after ten seconds by the supervisor
/// ]]></code>
/// Not simulated: several blobs at a time (a chain passes one after the other), the time of hashing, and imports.
/// </summary>
internal sealed class CarrySimulation
{
    private const long Chunk = BlobSpec.ChunkSize;

    // As in Replicator and UpgradeSupervisor.
    private const double OfferPause = 0.010;
    private const double TroublePause = 1;
    private const double LookEvery = 1;
    private const double SilentAfter = 10;
    private const double Latency = 0.0005;

    private readonly SimulatedSite _site;
    private readonly List<(int Blob, long Bytes, bool First)> _chunks = [];
    private readonly List<SimulatedNode> _nodes;
    private readonly Dictionary<string, SimulatedNode> _byName;
    private readonly PriorityQueue<Action, (double At, long Order)> _events = new();
    private readonly BundleFacts _facts;
    private readonly BundleInventory _inventory;
    private readonly double _reportEvery;
    private SupervisorState _supervisor = SupervisorState.Initial with { Workloads = WorkloadFacts.None };
    private long _order;
    private double _now;
    private int _done;

    private CarrySimulation(SimulatedSite site)
    {
        _site = site;
        // Once a second is what agents do. That of a large site would take most of the simulation's own time and change nothing: what a plan
        // depends on is reported at once.
        _reportEvery = Math.Max(1, site.Nodes / 50);
        for (var blob = 0; blob < site.Blobs.Count; blob++)
        {
            for (var at = 0L; at < site.Blobs[blob]; at += Chunk)
                _chunks.Add((blob, Math.Min(Chunk, site.Blobs[blob] - at), at == 0));
        }

        var commitment = Digest.Of("a simulated bundle"u8).ToString();
        _facts = new BundleFacts(commitment, site.Blobs[0], "4.12.4", "x86_64", $"quay.io/a/b@{commitment}", site.Size, site.Size, 1);
        _inventory = new BundleInventory
        {
            Version = _facts.Version,
            Arch = _facts.Arch,
            UnpackedSize = site.Size,
            Store = StoreKind.Layers,
            Previous = [],
            Channels = [],
            Blobs = [.. site.Blobs.Select((size, i) => new InventoryBlob("layer", Digest.Of(BitConverter.GetBytes(i)), size, []))],
            Images = [new InventoryImage(_facts.Release, 0, [.. Enumerable.Range(0, site.Blobs.Count)])],
            Release = 0,
            Extra = [],
            Signatures = [],
            Attachments = [],
        };
        _nodes = [.. Enumerable.Range(0, site.Nodes).Select(i => new SimulatedNode(i, site.SlowLinks.GetValueOrDefault(i, site.LinkRate)))];
        _byName = _nodes.ToDictionary(node => node.Name);
    }

    /// <summary>Lets the site carry its bundle to the end.</summary>
    /// <exception cref="InvalidOperationException">It does not come to an end: the message names who lacks what.</exception>
    public static CarryOutcome Run(SimulatedSite site) => new CarrySimulation(site).Run();

    private CarryOutcome Run()
    {
        Tell(new SupervisorEvent.SpecSeen(new UpgradeSpec(true, "", 1)));
        Tell(new SupervisorEvent.NodesSeen([.. _nodes.Select(node => new ClusterNode(node.Name, "amd64", true))]));
        Tell(new SupervisorEvent.HealthSeen(ClusterHealth.Bare));
        Tell(new SupervisorEvent.VersionSeen(new ClusterVersionView("4.12.0", "", "", true, null, new ConditionView(true, "PayloadLoaded", ""), null, null)));
        foreach (var node in _nodes.Take(_site.Media))
            node.Medium = new MediumReport("usb", "/dev/usb", _facts);
        // A node that joins later is announced before: the supervisor takes up a bundle only when every node has been heard of.
        foreach (var node in _nodes)
            Start(node);
        Tell(new SupervisorEvent.Took(null));
        foreach (var (node, at) in _site.Joins)
        {
            Lose(_nodes[node]);
            At(at, () => Start(_nodes[node]));
        }

        foreach (var (node, at, back) in _site.Losses)
        {
            At(at, () => Lose(_nodes[node]));
            At(back, () => Start(_nodes[node]));
        }

        var limit = _site.Optimum * 100;
        while (_done < _nodes.Count && _events.TryDequeue(out var next, out var when))
        {
            _now = when.At;
            if (_now > limit)
                break;
            next();
        }

        if (_nodes.Find(node => double.IsNaN(node.DoneAt)) is { } late)
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"After {_now:0} s {late.Name} has {late.Chunks} of {_chunks.Count} chunks and draws from {late.From?.Name ?? "nobody"}."));
        var all = _nodes.Max(node => node.DoneAt);
        var fast = _nodes.Where((_, i) => !_site.SlowLinks.ContainsKey(i)).Max(node => node.DoneAt);
        return new CarryOutcome(_site.Optimum, all, fast, _supervisor.Status.Epoch);
    }

    private void At(double when, Action what) => _events.Enqueue(what, (when, _order++));

    private void After(double pause, Action what) => At(_now + pause, what);

    // ---- the supervisor

    private void Tell(SupervisorEvent happened)
    {
        (_supervisor, var effects) = SupervisorMachine.Step(_supervisor, happened);
        foreach (var plan in effects.OfType<SupervisorEffect.SendPlan>())
        {
            var (node, incarnation) = (_byName[plan.Node], _byName[plan.Node].Incarnation);
            After(Latency, () =>
            {
                if (node.Alive && node.Incarnation == incarnation)
                    Tell(node, new NodeEvent.Planned(plan.Plan));
            });
        }
    }

    private void Report(SimulatedNode node)
    {
        var work = node.State.Work;
        Tell(new SupervisorEvent.Reported(new NodeReport
        {
            Node = node.Name,
            Self = node.Self,
            Stage = node.State.Stage,
            Epoch = work?.Plan?.Epoch ?? 0,
            Commitment = work?.Bundle.Commitment ?? "",
            BytesHeld = work?.BytesHeld ?? 0,
            Extracted = work?.Extracted ?? false,
            FreeForBlobs = long.MaxValue / 4,
            FreeForStore = long.MaxValue / 4,
            Media = node.Medium is { } medium ? [medium] : [],
            Reason = work?.Reason ?? "",
            Message = work?.Message ?? "",
            Link = node.Speed,
        }));
    }

    // ---- a node

    private void Start(SimulatedNode node)
    {
        (node.Alive, node.State, node.Incarnation) = (true, NodeState.Initial, node.Incarnation + 1);
        var incarnation = node.Incarnation;
        Beat();
        Look();

        void Beat()
        {
            if (!node.Alive || node.Incarnation != incarnation)
                return;
            Report(node);
            After(_reportEvery, Beat);
        }

        void Look()
        {
            if (!node.Alive || node.Incarnation != incarnation)
                return;
            Measure(node);
            After(LookEvery, Look);
        }
    }

    private void Measure(SimulatedNode node)
    {
        // As LinkMeter.IsAhead counts: whole blobs, or more chunks of one than are on their way.
        const int mostOnTheWay = 4;
        var behind = node.From is { } from && (BlobsOf(from.Chunks) > BlobsOf(node.Chunks) + 1 || from.Chunks - node.Chunks > mostOnTheWay);
        node.Speed = node.Meter.Look(TimeSpan.FromSeconds(_now), node.From?.Name ?? "", node.Drawn, node.Flow, behind) ?? (node.From is null ? null : node.Speed);
        if (node.Speed is { } speed && speed.From != node.From?.Name)
            node.Speed = null;
    }

    private void Lose(SimulatedNode node)
    {
        (node.Alive, node.From, node.ReadsMedium, node.Busy) = (false, null, false, false);
        node.Turn++;
        var incarnation = node.Incarnation;
        After(SilentAfter, () =>
        {
            if (!node.Alive && node.Incarnation == incarnation)
                Tell(new SupervisorEvent.Silent(node.Name));
        });
        foreach (var successor in node.Successors.ToList())
            Trouble(successor);
    }

    private void Tell(SimulatedNode node, NodeEvent happened)
    {
        (node.State, var effects) = NodeMachine.Step(node.State, happened);
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case NodeEffect.ReadMedium:
                    Turn(node, null, true);
                    break;
                case NodeEffect.DrawFrom draw:
                    Turn(node, _byName[draw.From.Node], false);
                    break;
                case NodeEffect.StopCarrying:
                    Turn(node, null, false);
                    break;
            }
        }
    }

    private void Turn(SimulatedNode node, SimulatedNode? from, bool readsMedium)
    {
        if (node.State.Work?.Inventory is null && node.Chunks > 0)
            Tell(node, new NodeEvent.InventoryKnown(_facts.Commitment, _inventory, [.. Enumerable.Range(0, BlobsOf(node.Chunks))]));
        if (node.From == from && node.ReadsMedium == readsMedium && node.Busy)
            return;
        (node.From, node.ReadsMedium, node.Busy) = (from, readsMedium, false);
        node.Turn++;
        if (from is { Alive: false })
            Trouble(node);
        else
            Next(node);
    }

    private void Trouble(SimulatedNode node)
    {
        var turn = ++node.Turn;
        node.Busy = false;
        After(TroublePause, () =>
        {
            if (node.Turn != turn)
                return;
            if (node.From is not { Alive: false })
                Next(node);
            else
            {
                Trouble(node);
                Tell(node, new NodeEvent.DrawTroubled(_facts.Commitment, Reasons.ReadFailed, "It does not answer."));
            }
        });
    }

    // ---- bytes

    private void Next(SimulatedNode node)
    {
        if (node.Busy || !node.Alive || node.Chunks == _chunks.Count || (node.From is null && !node.ReadsMedium))
            return;
        var (blob, bytes, first) = _chunks[node.Chunks];
        var wait = 0.0;
        if (node.From is { } from)
        {
            if (from.Chunks <= node.Chunks)
                return;
            wait = first ? Math.Max(0, from.Offered.GetValueOrDefault(blob, 0) - _now) : 0;
            from.Sending++;
        }

        node.Busy = true;
        var rate = node.From is { } holder ? Math.Min(node.Link, holder.Link / holder.Sending) : _site.MediumRate;
        var (turn, sender) = (node.Turn, node.From);
        node.Offered.TryAdd(blob, _now + wait + OfferPause);
        After(wait + Latency + (bytes / rate), () =>
        {
            if (sender is not null)
            {
                sender.Sending--;
                node.Flow = (node.Flow.Bytes + bytes, node.Flow.Time + TimeSpan.FromSeconds(bytes / rate));
            }

            if (node.Turn == turn)
                Verified(node);
        });
    }

    private void Verified(SimulatedNode node)
    {
        node.Busy = false;
        node.Drawn += node.From is null ? 0 : _chunks[node.Chunks].Bytes;
        node.Chunks++;
        if (node.State.Work?.Inventory is null)
            Tell(node, new NodeEvent.InventoryKnown(_facts.Commitment, _inventory, [.. Enumerable.Range(0, BlobsOf(node.Chunks))]));
        else if (node.Chunks == _chunks.Count || _chunks[node.Chunks].First)
            Tell(node, new NodeEvent.BlobStored(_facts.Commitment, _chunks[node.Chunks - 1].Blob));
        if (node.Chunks == _chunks.Count)
            (node.DoneAt, _done) = (_now, _done + 1);
        Next(node);
        foreach (var successor in node.Successors.ToList())
            Next(successor);
    }

    private int BlobsOf(int chunks) => chunks == _chunks.Count ? _site.Blobs.Count : _chunks[chunks].Blob;
}
