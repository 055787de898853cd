using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Node;

/// <summary>
/// Measures how fast a node draws. Only while its holder has complete blobs that the node lacks does that tell anything of the link; a node
/// that keeps up with its holder draws at the holder's pace.
/// </summary>
internal sealed class LinkMeter
{
    /// <summary>How long a holder must be ahead before the speed counts; shorter times measure bursts.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private string _from = "";
    private (TimeSpan At, long Bytes)? _start;

    /// <summary>What the replicator tells the agent.</summary>
    /// <param name="Link">The newest figure; null while there is none.</param>
    internal sealed record Measured(LinkReport? Link);

    /// <summary>One look: null when there is no new figure.</summary>
    /// <param name="now">A clock that only goes forward.</param>
    /// <param name="from">The holder; empty for none.</param>
    /// <param name="drawn">Bytes drawn so far.</param>
    /// <param name="ahead">Whether the holder has complete blobs that are not here.</param>
    public LinkReport? Look(TimeSpan now, string from, long drawn, bool ahead)
    {
        if (!ahead || from.Length == 0 || from != _from || _start is not { } start)
        {
            (_from, _start) = (from, ahead && from.Length > 0 ? (now, drawn) : null);
            return null;
        }

        if (now - start.At < Window)
            return null;
        _start = (now, drawn);
        return new LinkReport(from, (long)((drawn - start.Bytes) / (now - start.At).TotalSeconds));
    }
}
