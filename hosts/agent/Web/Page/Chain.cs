using Handcarry.Actors.Protocol;

namespace Handcarry.Agent.Web.Page;

/// <summary>
/// The chain as lines under one another, like the graph of a version history: whoever draws stands below its holder, a chain goes straight down in its column, and each
/// further branch begins a column to the right. So it fits a telephone, whatever its length.
/// </summary>
internal sealed class Chain
{
    /// <summary>How many lines there may be before nodes that are alike are drawn as one.</summary>
    public const int MaxLines = 40;

    private readonly Dictionary<string, NodeReport> _reports = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _drawers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _below = new(StringComparer.Ordinal);
    private readonly List<ChainLine> _lines = [];
    private readonly bool _whole;

    private Chain(StatusReply site, bool whole)
    {
        _whole = whole;
        foreach (var report in site.Reports)
            _reports[report.Node] = report;
        foreach (var (drawer, holder) in site.Draws.OrderBy(static draw => draw.Key, StringComparer.Ordinal))
        {
            if (!_drawers.TryGetValue(holder, out var drawers))
                _drawers[holder] = drawers = [];
            drawers.Add(drawer);
        }
        var roots = _drawers.Keys.Concat(site.Summary?.Sources ?? []).Where(node => !site.Draws.ContainsKey(node)).Distinct().Order(StringComparer.Ordinal).ToList();
        foreach (var root in roots)
            Count(root);
        foreach (var root in roots)
            Place(root);
    }

    /// <summary>The lines for <paramref name="site"/>, top down; none when nobody draws or reads. What is left when even alike nodes together are too many is cut.</summary>
    public static IReadOnlyList<ChainLine> Of(StatusReply site)
    {
        var lines = new Chain(site, whole: true)._lines;
        if (lines.Count > MaxLines)
            lines = new Chain(site, whole: false)._lines;
        if (lines.Count <= MaxLines)
            return lines;
        var left = lines.Skip(MaxLines - 1).ToList();
        return [.. lines.Take(MaxLines - 1), new ChainLine([.. left.SelectMany(static line => line.Nodes)], 0, null)];
    }

    // Iterative: a chain is as deep as it is long. What goes in circles cannot be reached from a root.
    private void Count(string root)
    {
        var order = new List<string> { root };
        for (var i = 0; i < order.Count; i++)
            order.AddRange(Drawers(order[i]));
        for (var i = order.Count - 1; i >= 0; i--)
            _below[order[i]] = 1 + Drawers(order[i]).Sum(drawer => _below[drawer]);
    }

    // A branch is finished, one column to the right of its holder, before the next one begins; the longest comes last and goes straight down.
    private void Place(string root)
    {
        var waiting = new Stack<(string Node, int? Holder, int Column)>([(root, null, 0)]);
        while (waiting.TryPop(out var next))
        {
            var line = _lines.Count;
            List<NodeReport> nodes = _whole ? [Report(next.Node)] : [Report(next.Node), .. Alike(next.Node)];
            _lines.Add(new ChainLine(nodes, next.Column, next.Holder));
            var drawers = Drawers(nodes[^1].Node).OrderByDescending(drawer => _below[drawer]).ToList();
            var leaves = _whole ? [] : drawers.Skip(1).Where(drawer => _below[drawer] == 1).ToList();
            if (leaves.Count > 0)
                _lines.Add(new ChainLine([.. leaves.Select(Report)], next.Column + 1, line));
            var branches = drawers.Except(leaves).ToList();
            for (var i = 0; i < branches.Count; i++)
                waiting.Push((branches[i], line, i == 0 ? next.Column : next.Column + 1));
        }
    }

    // The nodes below this one that are drawn with it: each has one drawer, and nothing to say that it does not say.
    private IEnumerable<NodeReport> Alike(string node)
    {
        var first = Report(node);
        if (first.Reason.Length > 0 || first.Media.Count > 0)
            yield break;
        while (Drawers(node) is [var only] && Report(only) is { Reason: "", Media.Count: 0 } report && report.Stage == first.Stage)
        {
            yield return report;
            node = only;
        }
    }

    private List<string> Drawers(string node) => _drawers.TryGetValue(node, out var drawers) ? drawers : [];

    private NodeReport Report(string node) => _reports.TryGetValue(node, out var report)
        ? report
        : new NodeReport { Node = node, Self = new Peer(node, "", ""), Stage = Actors.Node.Stage.Waiting };
}
