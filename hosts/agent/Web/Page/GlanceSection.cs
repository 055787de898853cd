using Handcarry.Actors.Cluster;
using Handcarry.Actors.Protocol;

namespace Handcarry.Agent.Web.Page;

/// <summary>The site at a glance.</summary>
internal static class GlanceSection
{
    public static Html Of(SiteView view)
    {
        var html = new Html();
        if (view.Summary is not { } site)
            return html.Add($"<p>Nothing is known yet.</p>");
        html.Add($"<dl>{Standing(site)}{Version(site)}");
        // Once the cluster runs the version nothing is pinned any more, and ready is no word for it.
        if (site.Phase == Phase.Completed)
            html.Add($"<div><dt>Nodes</dt><dd>{site.Nodes}</dd></div>");
        else
            html.Add($"<div><dt>Nodes ready</dt><dd>{site.NodesReady} of {site.Nodes}</dd></div>");
        if (site.BundleSize > 0)
        {
            var whole = site.BundleSize * site.Nodes;
            html.Add($"<div><dt>Bundle</dt><dd>{Quantity.Bytes(site.BundleSize)}</dd></div>");
            html.Add($"<div><dt>Read</dt><dd>{Quantity.Percent(site.BytesRead, site.BundleSize)} %</dd></div>");
            html.Add($"<div><dt>On all nodes</dt><dd>{Quantity.Bytes(site.BytesHeld)} of {Quantity.Bytes(whole)}</dd></div>");
        }
        if (site.Pace is { } pace)
            html.Add($"<div><dt>Medium</dt><dd>{pace.ToString()}{(pace.Slow ? " (slow)" : "")}</dd></div>");
        html.Add($"<div><dt>Supervisor</dt><dd><bdi>{site.Supervisor}</bdi></dd></div>");
        if (view.Reading is { } reading)
            html.Add($"<div><dt>As of</dt><dd>{Quantity.Time(reading.At)}</dd></div>");
        html.Add($"</dl>");
        return site.Message.Length > 0 && site.Message != view.Line ? html.Add($"<p class=\"message\"><bdi>{site.Message}</bdi></p>") : html;
    }

    private static Html Standing(SiteSummary site)
    {
        var html = new Html().Add($"<div><dt>Phase</dt><dd>{site.Phase.ToString()}");
        if (site.Reason.Length > 0)
            html.Add($" <code>{site.Reason}</code>");
        return html.Add($"</dd></div>");
    }

    private static Html Version(SiteSummary site)
    {
        var html = new Html().Add($"<div><dt>Version</dt><dd>{(site.ClusterVersion.Length > 0 ? site.ClusterVersion : "unknown")}");
        if (site.BundleVersion.Length > 0 && site.BundleVersion != site.ClusterVersion)
            html.Add($" <span aria-hidden=\"true\">→</span><span class=\"unseen\"> to </span> {site.BundleVersion}");
        return html.Add($"</dd></div>");
    }
}
