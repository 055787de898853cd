using Handcarry.Actors.Protocol;

namespace Handcarry.Agent.Web.Page;

/// <summary>The chain as a picture: who draws from whom, how fast, and which media are read.</summary>
internal static class ChainSection
{
    // Pixels at the usual size; the picture is never stretched.
    private const int Row = 46;
    private const int ColumnWidth = 22;
    private const int Margin = 14;
    private const int LongestName = 26;
    private const int TextWidth = 250;
    private const int MaxColumns = 30;

    public static Html Of(SiteView view)
    {
        var html = new Html();
        var lines = view.Reading is null ? [] : Chain.Of(view.Reading.Reply);
        if (lines.Count == 0)
            return html.Add($"<p>Nobody reads a medium or draws from another node now.</p>");
        var sources = view.Reading!.Reply.Summary?.Sources ?? [];
        var columns = Math.Min(MaxColumns, lines.Max(static line => line.Column) + 1);
        html.Add($"<svg role=\"img\" aria-labelledby=\"chain-says\" width=\"{(columns * ColumnWidth) + Margin + TextWidth}\" height=\"{lines.Count * Row}\">");
        html.Add($"<title id=\"chain-says\">{InWords(view.Reading.Reply.Draws.Count, sources)}</title>");
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Holder is { } holder)
                Edge(html, X(lines[holder]), Y(holder), X(lines[i]), Y(i));
        }
        for (var i = 0; i < lines.Count; i++)
            Line(html, lines[i], Y(i), Margin + (columns * ColumnWidth), lines[i].Nodes.Any(node => sources.Contains(node.Node)));
        return html.Add($"</svg>");
    }

    private static int X(ChainLine line) => Margin + (Math.Min(line.Column, MaxColumns - 1) * ColumnWidth);

    private static int Y(int line) => (line * Row) + (Row / 2);

    private static void Edge(Html html, int fromX, int fromY, int toX, int toY)
    {
        if (fromX == toX)
            html.Add($"<path class=\"edge\" d=\"M{fromX} {fromY}V{toY}\"/>");
        else
            html.Add($"<path class=\"edge\" d=\"M{fromX} {fromY}V{toY - 10}Q{fromX} {toY} {fromX + 10} {toY}H{toX}\"/>");
    }

    private static void Line(Html html, ChainLine line, int y, int textX, bool reads)
    {
        var stage = line.Nodes.Any(static node => node.Reason.Length > 0) ? "reason" : line.Nodes.Min(static node => node.Stage).ToString();
        if (reads)
            html.Add($"<rect class=\"dot {stage}\" x=\"{X(line) - 8}\" y=\"{y - 8}\" width=\"16\" height=\"16\" rx=\"3\"/>");
        else
            html.Add($"<circle class=\"dot {stage}\" cx=\"{X(line)}\" cy=\"{y}\" r=\"{(line.Nodes.Count > 1 ? 9 : 7)}\"/>");
        html.Add($"<text x=\"{textX}\" y=\"{y - 4}\" class=\"name\">{Name(line)}</text><text x=\"{textX}\" y=\"{y + 13}\">{Detail(line, reads)}</text>");
    }

    private static string Name(ChainLine line) => line.Nodes is [var only]
        ? Shortened(only.Node)
        : $"{line.Nodes.Count} nodes";

    private static string Shortened(string name) => name.Length <= LongestName ? name : $"{name[..(LongestName - 9)]}…{name[^8..]}";

    private static string Detail(ChainLine line, bool reads)
    {
        if (line.Nodes is [var only])
            return $"{Stages(line)} · {Pace(only, reads)}";
        var slowest = line.Nodes.Select(static node => node.Link).OfType<LinkReport>().MinBy(static link => link.BytesPerSecond);
        return slowest is null ? Stages(line) : $"{Stages(line)} · slowest {Quantity.Speed(slowest.BytesPerSecond)}";
    }

    private static string Stages(ChainLine line)
    {
        var (least, most) = (line.Nodes.Min(static node => node.Stage), line.Nodes.Max(static node => node.Stage));
        return least == most ? least.ToString() : $"{least} to {most}";
    }

    private static string Pace(NodeReport node, bool reads)
    {
        if (reads)
            return node.Media.Select(static medium => medium.Pace).OfType<MediumPace>().FirstOrDefault() is { } pace ? $"reads {Quantity.Speed(pace.BytesPerSecond)}" : "reads a medium";
        return node.Link is { } link ? $"draws {Quantity.Speed(link.BytesPerSecond)}" : node.Extracted ? "has everything" : "keeps up";
    }

    private static string InWords(int drawing, IReadOnlyList<string> sources)
    {
        var media = sources.Count switch { 0 => "No medium is read.", 1 => $"A medium is read in {sources[0]}.", _ => $"Media are read in {sources.Count} nodes." };
        return $"{media} {(drawing == 1 ? "1 node draws" : $"{drawing} nodes draw")} from another one; the table of nodes says from which.";
    }
}
