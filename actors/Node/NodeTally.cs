using System.Collections.Immutable;
using Handcarry.Actors.Protocol;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Node;

/// <summary>
/// What a node's agent has done since its process began, counted for metrics and probes. Told by the agent, read at any time; safe for any thread.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class NodeTally(TimeProvider time)
{
    /// <summary>Where refused bytes come from: a stick, another node, this node's own disk.</summary>
    public static readonly ImmutableArray<string> Sources = ["medium", "peer", "disk", "store"];

    /// <summary>What is done again when it fails.</summary>
    public static readonly ImmutableArray<string> Matters = ["draw", "medium", "load", "look"];

    private readonly Lock _gate = new();
    private NodeTallied _now = new();
    private long _since = time.GetTimestamp();
    private long _beat;

    /// <summary>How long ago the agent last reported; null until it has, which it does once it has read its journal.</summary>
    public TimeSpan? SinceReport
    {
        get
        {
            lock (_gate)
                return _now.Report is null ? null : time.GetElapsedTime(_beat);
        }
    }

    /// <summary>All of it at this moment.</summary>
    public NodeTallied Read()
    {
        lock (_gate)
        {
            Spend();
            return _now;
        }
    }

    /// <summary>Counts what has happened to the node.</summary>
    public void Note(NodeState before, NodeState after, NodeEvent happened)
    {
        lock (_gate)
        {
            Spend();
            _now = Counted(_now, before, after, happened) with { Stage = after.Stage, Bundle = after.Work?.Bundle };
        }
    }

    /// <summary>Keeps what the agent reports.</summary>
    public void Note(NodeReport report)
    {
        lock (_gate)
            (_now, _beat) = (_now with { Report = report }, time.GetTimestamp());
    }

    /// <summary>Counts a failure of the journal.</summary>
    public void JournalFailed()
    {
        lock (_gate)
            _now = _now with { JournalErrors = _now.JournalErrors + 1 };
    }

    private static NodeTallied Counted(NodeTallied now, NodeState before, NodeState after, NodeEvent happened) => happened switch
    {
        NodeEvent.BlobStored when before.Work is { } was && after.Work is { } work && work.Held.Count > was.Held.Count => now with
        {
            StoredBlobs = now.StoredBlobs + work.Held.Count - was.Held.Count,
            StoredBytes = now.StoredBytes + work.BytesHeld - was.BytesHeld,
        },
        NodeEvent.Imported when after.Work is { } work && work.Imported.Count > (before.Work?.Imported.Count ?? 0) => now with { Imports = now.Imports + 1 },
        NodeEvent.BlobRejected e => Refused(now, before, "medium", e.Reason, e.Index),
        NodeEvent.HolderWrong e => Refused(now, before, "peer", e.Reason, e.Index),
        NodeEvent.BlobDamaged e => Refused(now, before, "disk", Reasons.DigestMismatch, e.Index),
        NodeEvent.StoreWrong => Refused(now, before, "store", Reasons.DigestMismatch, -1),
        NodeEvent.DrawTroubled => Again(now, "draw"),
        NodeEvent.MediumFailed => Again(now, "medium"),
        NodeEvent.LoadFailed => Again(now, "load"),
        NodeEvent.LookFailed => Again(now, "look"),
        _ => now,
    };

    private static NodeTallied Refused(NodeTallied now, NodeState state, string source, string reason, int index)
    {
        var blobs = state.Work?.Inventory?.Blobs;
        var bytes = blobs is not null && index >= 0 && index < blobs.Count ? blobs[index].Size : 0;
        return now with
        {
            RejectedBlobs = Plus(now.RejectedBlobs, source, 1),
            RejectedBytes = Plus(now.RejectedBytes, source, bytes),
            Mismatches = Plus(now.Mismatches, source, reason == Reasons.DigestMismatch ? 1 : 0),
        };
    }

    private static NodeTallied Again(NodeTallied now, string matter) => now with { Retries = Plus(now.Retries, matter, 1) };

    private static ImmutableDictionary<string, long> Plus(ImmutableDictionary<string, long> counts, string key, long more) => counts.SetItem(key, counts[key] + more);

    private void Spend()
    {
        var until = time.GetTimestamp();
        _now = _now with { InStage = _now.InStage.SetItem(_now.Stage, _now.InStage[_now.Stage] + time.GetElapsedTime(_since, until)) };
        _since = until;
    }
}
