using Handcarry.Actors.Protocol;
using Handcarry.Actors.Site;

namespace Handcarry.Agent.Web.Page;

/// <summary>All that the page is made from at one moment.</summary>
/// <param name="Agent">Node whose agent serves the page.</param>
/// <param name="Reading">The whole view; null when no supervisor has ever answered.</param>
/// <param name="Pushed">The newest summary that came by itself; null when none has.</param>
/// <param name="Events">What has happened, newest first.</param>
internal sealed record SiteView(string Agent, SiteReading? Reading, SiteSummary? Pushed, IReadOnlyList<SiteEvent> Events)
{
    /// <summary>The newest summary that there is; null when there is none.</summary>
    public SiteSummary? Summary => Reading is { Current: true, Reply.Summary: { } answered } ? answered : Pushed ?? Reading?.Reply.Summary;

    /// <summary>The one large line; empty when there is nothing to say.</summary>
    public string Line => Summary is { } summary ? SiteLine.Of(summary) : "";

    /// <summary>The nodes' newest reports, by name.</summary>
    public IReadOnlyList<NodeReport> Nodes => Reading is null ? [] : [.. Reading.Reply.Reports.OrderBy(static report => report.Node, StringComparer.Ordinal)];
}
