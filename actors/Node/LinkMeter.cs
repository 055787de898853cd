using Handcarry.Actors.Protocol;
using Handcarry.Streams.Content;
using Handcarry.Streams.Replication;

namespace Handcarry.Actors.Node;

/// <summary>
/// Measures how fast a node draws. While its holder is ahead that is what the link can do at most. A node that keeps up with its holder draws at the holder's pace; what its link
/// can do shows within the chunks, <see cref="LinkFlow"/>: so a node behind the only slow link shows that its own is faster, and where all links are alike, that it is not.
/// </summary>
internal sealed class LinkMeter
{
    /// <summary>How long is measured; shorter times measure bursts.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    /// <summary>So many looks in a row that see nothing come: over a link of 10 kB/s a TLS record of 16 kB takes longer than from one to the next.</summary>
    private const int MostQuiet = 2;

    /// <summary>
    /// So many bytes of one blob, 4 chunks, may a holder have that are not verified here although the node keeps up with it: each of them counts whole chunks, and one more is on its way.
    /// </summary>
    private const long MostOnTheWay = 4 * BlobSpec.ChunkSize;

    /// <summary>Less than this tells nothing of a link that waits for its holder: one chunk.</summary>
    private const long LeastFlow = BlobSpec.ChunkSize;

    private string _from = "";
    private (TimeSpan At, long Bytes, (long Bytes, TimeSpan Time) Flow) _start;
    private long _last = -1;
    private int _quiet;
    private bool _behind;

    /// <summary>What the replicator tells the agent.</summary>
    /// <param name="Link">The newest figure; null while there is none.</param>
    internal sealed record Measured(LinkReport? Link);

    /// <summary>Whether a holder is ahead of a node.</summary>
    /// <param name="complete">What is complete at the holder.</param>
    /// <param name="growing">What is coming in at the holder, in the order of the indexes.</param>
    /// <param name="verified">How many bytes of each of these are verified there; a peer says so.</param>
    /// <param name="held">What is complete here.</param>
    /// <param name="here">How many bytes of a blob are verified here.</param>
    public static bool IsAhead(BlobSet complete, BlobSet growing, IReadOnlyList<long> verified, BlobSet held, Func<int, long> here) =>
        complete.Except(held).Count > 0
        || growing.Zip(verified, (index, bytes) => (Index: index, Verified: bytes)).Any(blob => blob.Verified > MostOnTheWay && !held.Contains(blob.Index) && blob.Verified - here(blob.Index) > MostOnTheWay);

    /// <summary>One look: null when there is no new figure.</summary>
    /// <param name="now">A clock that only goes forward.</param>
    /// <param name="from">The holder; empty for none.</param>
    /// <param name="drawn">Bytes drawn so far.</param>
    /// <param name="flow">Bytes that came within chunks so far, and for how long any did, <see cref="LinkFlow.Seen"/>.</param>
    /// <param name="behind">Whether the holder is ahead, <see cref="IsAhead"/>.</param>
    public LinkReport? Look(TimeSpan now, string from, long drawn, (long Bytes, TimeSpan Time) flow, bool behind)
    {
        if (from.Length == 0 || from != _from)
        {
            (_from, _start, _last, _quiet, _behind) = (from, (now, drawn, flow), drawn, 0, behind);
            return null;
        }

        // A window is of one kind only: when that changes it starts again. And when nothing comes any more, the holder is gone or has nothing, which is
        // no figure for the link; a silent holder has a timeout of its own.
        _quiet = drawn == _last ? _quiet + 1 : 0;
        if (behind != _behind || _quiet >= MostQuiet)
            (_start, _behind) = ((now, drawn, flow), behind);
        _last = drawn;
        if (now - _start.At < Window)
            return null;
        var (bytes, time) = behind ? (drawn - _start.Bytes, now - _start.At) : (flow.Bytes - _start.Flow.Bytes, flow.Time - _start.Flow.Time);
        _start = (now, drawn, flow);
        return behind || (bytes >= LeastFlow && time > TimeSpan.Zero) ? new LinkReport(from, (long)(bytes / time.TotalSeconds), behind) : null;
    }
}
