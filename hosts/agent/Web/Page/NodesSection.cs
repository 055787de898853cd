using Handcarry.Actors.Protocol;

namespace Handcarry.Agent.Web.Page;

/// <summary>A row per node.</summary>
internal static class NodesSection
{
    public static Html Of(SiteView view)
    {
        var html = new Html();
        if (view.Reading is not { } reading || view.Nodes.Count == 0)
            return html.Add($"<p>No node has reported yet.</p>");
        html.Add($"<table><thead><tr><th scope=\"col\">Node</th><th scope=\"col\">Stage</th><th scope=\"col\">Bytes of the bundle</th>");
        html.Add($"<th scope=\"col\">Draws from</th><th scope=\"col\">What to know</th></tr></thead><tbody>");
        var size = reading.Reply.Status.Bundle?.Size ?? 0;
        foreach (var node in view.Nodes)
        {
            html.Add($"<tr><th scope=\"row\"><bdi>{node.Node}</bdi></th><td><span class=\"stage {node.Stage.ToString()}\">{node.Stage.ToString()}</span></td>");
            html.Add($"<td>{Held(node, size, reading.Reply.Status.Bundle?.Commitment)}</td><td>{From(node, reading.Reply)}</td><td>{ToKnow(node)}</td></tr>");
        }
        return html.Add($"</tbody></table>");
    }

    private static Html Held(NodeReport node, long size, string? commitment) => size > 0 && node.Commitment == commitment
        ? new Html().Add($"<progress max=\"100\" value=\"{Quantity.Percent(node.BytesHeld, size)}\" aria-label=\"Bytes held\"></progress> {Quantity.Bytes(node.BytesHeld)} <small>{Quantity.Percent(node.BytesHeld, size)} %</small>")
        : new Html().Add($"<span class=\"nothing\">none</span>");

    private static Html From(NodeReport node, StatusReply site)
    {
        if (site.Summary?.Sources.Contains(node.Node) == true)
            return new Html().Add($"a medium");
        if (!site.Draws.TryGetValue(node.Node, out var holder))
            return new Html().Add($"<span class=\"nothing\">nobody</span>");
        var html = new Html().Add($"<bdi>{holder}</bdi>");
        return node.Link is { } link && link.From == holder ? html.Add($" <small>{Quantity.Speed(link.BytesPerSecond)}</small>") : html;
    }

    private static Html ToKnow(NodeReport node)
    {
        var html = new Html();
        if (node.Reason.Length > 0)
            html.Add($"<code>{node.Reason}</code> ");
        if (node.Message.Length > 0)
            html.Add($"<bdi>{node.Message}</bdi> ");
        if (node.Yield is { } yield)
            html.Add($"Carries at most {Quantity.Speed(yield.BytesPerSecond)}: <bdi>{yield.Why}</bdi>. ");
        foreach (var complaint in node.Complaints)
            html.Add($"<code>{complaint.Reason}</code> <bdi>{complaint.Message}</bdi> ");
        return html;
    }
}
