namespace Handcarry.Agent.Web.Page;

/// <summary>The media in all nodes.</summary>
internal static class MediaSection
{
    public static Html Of(SiteView view)
    {
        var html = new Html();
        var media = view.Nodes.SelectMany(static node => node.Media.Select(medium => (node.Node, Medium: medium))).ToList();
        if (media.Count == 0)
            return html.Add($"<p>No medium is in any node.</p>");
        html.Add($"<ul>");
        foreach (var (node, medium) in media)
        {
            html.Add($"<li><b><bdi>{medium.Name}</bdi></b> in <bdi>{node}</bdi>: ");
            if (medium.Bundle is { } bundle)
                html.Add($"OpenShift <bdi>{bundle.Version}</bdi> for <bdi>{bundle.Arch}</bdi>, {Quantity.Bytes(bundle.Size)}. ");
            else
                html.Add($"no bundle that can be read. ");
            if (medium.Pace is { } pace)
                html.Add($"Being read at {pace.ToString()}. ");
            if (medium.Reason.Length > 0)
                html.Add($"<code>{medium.Reason}</code> ");
            html.Add($"<bdi>{medium.Message}</bdi></li>");
        }
        return html.Add($"</ul>");
    }
}
