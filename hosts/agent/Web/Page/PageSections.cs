namespace Handcarry.Agent.Web.Page;

/// <summary>The parts of the page that change, each by the <c>id</c> of the element it fills. The first view and every later one are made here.</summary>
internal static class PageSections
{
    /// <summary>The markup of each part; no line breaks in it, so that one fits a line of an event stream.</summary>
    public static IReadOnlyDictionary<string, Html> Of(SiteView view) => new Dictionary<string, Html>(StringComparer.Ordinal)
    {
        ["notice"] = Notice(view),
        ["line"] = Line(view),
        ["glance"] = GlanceSection.Of(view),
        ["chain"] = ChainSection.Of(view),
        ["nodes"] = NodesSection.Of(view),
        ["media"] = MediaSection.Of(view),
        ["events"] = Events(view),
    };

    private static Html Notice(SiteView view)
    {
        var html = new Html();
        if (view.Reading is not { } reading)
            return html.Add($"<p>No supervisor has answered this agent yet. If this stays, look at the log of the agent on <bdi>{view.Agent}</bdi>, or open the page of another node.</p>");
        if (!reading.Current)
            return html.Add($"<p>The supervisor does not answer. What is shown is from {Quantity.Time(reading.At)} and may have changed since.</p>");
        return reading.Reply.Acting
            ? html
            : html.Add($"<p>The supervisor on <bdi>{reading.Reply.Supervisor}</bdi> may not act now: it waits for the API server, or for a lease that another one holds.</p>");
    }

    // The phase chooses the colour; the words say it all.
    private static Html Line(SiteView view) => view.Line.Length > 0
        ? new Html().Add($"<span class=\"{view.Summary?.Phase.ToString()}\">{view.Line}</span>")
        : new Html().Add($"<span>{(view.Summary is null ? "Nothing is known yet." : "No upgrade is under way.")}</span>");

    private static Html Events(SiteView view)
    {
        var html = new Html();
        if (view.Events.Count == 0)
            return html.Add($"<p>Nothing has happened since this agent was started.</p>");
        html.Add($"<ol>");
        foreach (var what in view.Events)
        {
            html.Add($"<li><time datetime=\"{what.At.ToString("O")}\">{Quantity.Time(what.At)}</time> ");
            if (what.Node.Length > 0)
                html.Add($"<b><bdi>{what.Node}</bdi></b> ");
            if (what.Reason.Length > 0)
                html.Add($"<code>{what.Reason}</code> ");
            html.Add($"<bdi>{what.What}</bdi></li>");
        }
        return html.Add($"</ol>");
    }
}
