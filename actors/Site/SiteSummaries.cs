using Handcarry.Actors.Cluster;
using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Site;

/// <summary>Makes summaries and complete views out of what a supervisor knows.</summary>
internal static class SiteSummaries
{
    /// <summary>The few words and numbers.</summary>
    public static SiteSummary Of(string supervisor, SupervisorState state)
    {
        var bundle = state.Status.Bundle;
        var nodes = state.Nodes?.Keys.ToList() ?? [.. state.Reports.Keys];
        var working = bundle is null ? [] : nodes.Select(state.Reports.GetValueOrDefault).OfType<NodeReport>().Where(report => report.Commitment == bundle.Commitment).ToList();
        var sources = state.Status.Phase == Phase.Carrying ? state.Plans.Where(plan => plan.Value.MediumId.Length > 0).Select(plan => plan.Key).ToList() : [];
        var reading = sources.Select(state.Reports.GetValueOrDefault).OfType<NodeReport>().SelectMany(report => report.Media).Select(medium => medium.Pace).OfType<MediumPace>();
        return new SiteSummary
        {
            Supervisor = supervisor,
            Acting = state.Acting,
            Phase = state.Status.Phase,
            Reason = state.Status.Reason,
            Message = state.Status.Message,
            ClusterVersion = state.Version?.CurrentVersion ?? "",
            BundleVersion = bundle?.Version ?? "",
            Commitment = bundle?.Commitment ?? "",
            BundleSize = bundle?.Size ?? 0,
            Nodes = nodes.Count,
            NodesExtracted = working.Count(report => report.Extracted),
            NodesReady = working.Count(report => report.Stage is Node.Stage.Ready or Node.Stage.Upgraded),
            BytesHeld = working.Sum(report => report.BytesHeld),
            BytesRead = working.Select(report => report.BytesHeld).DefaultIfEmpty().Max(),
            Sources = sources,
            MediumNeeded = sources.Count > 0 && !working.Any(report => report.Extracted),
            Receipt = ReceiptOf(state),
            Pace = reading.MaxBy(pace => pace.BytesPerSecond),
        };
    }

    // The stick may be in a node that takes no part.
    private static ReceiptState ReceiptOf(SupervisorState state) =>
        state.Reports.Values.Any(report => report.Receipt == ReceiptState.Owed) ? ReceiptState.Owed
        : state.Reports.Values.Any(report => report.Receipt == ReceiptState.Given) ? ReceiptState.Given
        : ReceiptState.None;

    /// <summary>Whether two are equal; a record compares its lists by identity.</summary>
    public static bool SaysTheSame(SiteSummary one, SiteSummary other) => one.Sources.SequenceEqual(other.Sources) && one == other with { Sources = one.Sources };

    /// <summary>All of it.</summary>
    public static StatusReply Whole(string supervisor, SupervisorState state) =>
        new(supervisor, state.Acting, state.Version?.CurrentVersion ?? "", state.Status, [.. state.Reports.Values])
        {
            Summary = Of(supervisor, state),
            Drawing = [.. state.Plans.Where(plan => plan.Value.From is not null).Select(plan => new NodeDraw(plan.Key, plan.Value.From!.Node))],
        };
}
