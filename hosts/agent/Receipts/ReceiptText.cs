using Handcarry.Actors.Cluster;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Streams.Receipts;

namespace Handcarry.Agent.Receipts;

/// <summary>Makes a receipt of what a node knows.</summary>
internal static class ReceiptText
{
    /// <summary>Whether nothing more becomes of a bundle by itself.</summary>
    public static bool IsResult(Phase phase) => phase is Phase.Completed or Phase.Failed or Phase.Refused or Phase.Cancelled;

    /// <param name="request">Who asks.</param>
    /// <param name="site">What the supervisor said, in a phase that is a result.</param>
    /// <param name="facts">What this node remembers, in order.</param>
    /// <param name="node">This node.</param>
    /// <param name="cluster">Identifier of the cluster, or empty.</param>
    /// <param name="now">The time.</param>
    public static Receipt Of(ReceiptRequest request, StatusReply site, IReadOnlyList<SiteFact> facts, string node, string cluster, DateTimeOffset now)
    {
        var status = site.Status;
        // The same bundle may have come before: the last beginning counts.
        var began = facts.LastOrDefault(fact => IsPhase(fact, Phase.Judging)) ?? facts.LastOrDefault(fact => IsPhase(fact, Phase.Carrying));
        var ended = facts.LastOrDefault(fact => IsPhase(fact, status.Phase));
        return new Receipt
        {
            Nonce = request.Nonce,
            Cluster = cluster,
            Bundle = request.Bundle,
            Version = status.Bundle?.Version ?? "",
            ClusterVersion = site.ClusterVersion,
            Result = status.Phase.ToString(),
            Reason = status.Reason,
            Message = status.Message,
            Began = began?.At,
            Ended = ended is not null && (began is null || ended.Number >= began.Number) ? ended.At : null,
            Signed = now,
            SignedBy = node,
            Nodes = [.. status.Nodes.Select(static view => new ReceiptNode(view.Name, view.Stage.ToString(), view.Reason, view.Message))],
            Events = [.. facts.Where(fact => fact.Number >= (began?.Number ?? 0)).TakeLast(Receipt.MostEvents).Select(static fact => new ReceiptEvent(fact.At, fact.Reason, fact.Message))],
        };
    }

    // As SiteChronicle says it.
    private static bool IsPhase(SiteFact fact, Phase phase) => fact.Message.StartsWith($"Phase {phase}", StringComparison.Ordinal);
}
