using System.Collections.Immutable;
using Handcarry.Actors.Protocol;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Cluster;

/// <summary>
/// Who reads a medium and who draws from whom. Each medium heads a chain in which each node sends once; what would hold a chain up stands
/// where it holds up nobody:
/// <code><![CDATA[
///   medium 1 -> a -> b -> c -> s -> t        s, t: draw more slowly than others could; the slower, the later
///                              +--> u        u:    nobody can draw from it: sends slowly, sent wrong bytes, has a full disk
///   medium 2 -> d -> e -> f
/// ]]></code>
/// 1 sources: nodes that read their medium; without a medium whoever has most, so that the others level up with it. 2 order: everyone keeps
/// the place it has, new ones join behind the last one of their zone. 3 chains: everyone stays behind its source; new ones join the shortest chain.
/// 4 links: each draws from the one before it that others can draw from; the last one past it, when that goes very slowly. 5 shares: those that lack
/// something share the site's limit equally.
/// </summary>
public static class ChainPlanner
{
    /// <summary>To how many a node sends at most, as long as there are enough nodes that send: its successor, and nodes that do not send themselves.</summary>
    public const int MostSends = 3;

    /// <summary>A second medium is read as long as it takes no longer than so many times what the fastest takes, or so many seconds more: less is not worth a move.</summary>
    private const int MostTimesLonger = 2, MostSecondsLonger = 60;

    /// <summary>
    /// The plan of each node in <paramref name="reports"/>, all under one epoch. <paramref name="previous"/> is kept where it still holds, so
    /// that a node's coming or going does not move the others about.
    /// </summary>
    public static ImmutableSortedDictionary<string, CarryPlan> Plan(
        long epoch,
        BundleFacts bundle,
        IReadOnlyCollection<NodeReport> reports,
        IReadOnlyDictionary<string, CarryPlan> previous,
        SiteFacts? site = null) =>
        new Draft(epoch, bundle, reports, previous, site ?? SiteFacts.None).Finish();

    /// <summary>The medium in that node from which the bundle can be read; null when there is none.</summary>
    public static MediumReport? MediumOf(NodeReport report, BundleFacts bundle) =>
        report.Media.FirstOrDefault(medium => medium.Usable && medium.Bundle!.Commitment == bundle.Commitment);

    private sealed class Draft(
        long epoch, BundleFacts bundle, IReadOnlyCollection<NodeReport> reports, IReadOnlyDictionary<string, CarryPlan> previous, SiteFacts site)
    {
        private readonly ImmutableSortedDictionary<string, CarryPlan>.Builder _plans = ImmutableSortedDictionary.CreateBuilder<string, CarryPlan>(StringComparer.Ordinal);

        public ImmutableSortedDictionary<string, CarryPlan> Finish()
        {
            var sources = Sources();
            var places = new Places(previous, sources.Select(source => source.Node));
            var order = Order([.. reports.Except(sources)], sources, places);
            if (sources.Count == 0 && order.FirstOrDefault(MaySend) is { } head)
            {
                sources = [head];
                order.Remove(head);
            }

            foreach (var source in sources)
                _plans[source.Node] = new CarryPlan(epoch, bundle, MediumOf(source, bundle)?.Id ?? "", null);
            var heads = sources.Where(MaySend).ToList();
            if (heads.Count == 0 && order.FirstOrDefault(MaySend) is { } next)
            {
                // Nobody may draw from the only ones that read: the rest level up with each other until a medium is put into another node.
                heads = [next];
                order.Remove(next);
                _plans[next.Node] = new CarryPlan(epoch, bundle, "", null);
            }

            Link(heads, order, places);
            ShareOut();
            return _plans.ToImmutable();
        }

        // 1. A second medium is of use only from the beginning on: later the chain brings what lacks sooner than a medium that is read from its start.
        private List<NodeReport> Sources()
        {
            var media = reports.Where(report => MediumOf(report, bundle) is not null).OrderBy(report => report.Node, StringComparer.Ordinal).ToList();
            var reading = media.Where(report => WasSource(report) || (previous.Count == 0 && Held(report) == 0)).ToList();
            if (reading.Where(MaySend).Select(TimeLeft).Min() is { } least)
                reading.RemoveAll(report => TimeLeft(report) is { } left && left > least * MostTimesLonger && left > least + MostSecondsLonger);
            if (reading.Count == 0)
                reading = [.. media.OrderByDescending(MaySend).Take(1)];
            if (!reading.Exists(MaySend) && media.Find(MaySend) is { } better)
                reading.Add(better);
            return [.. reading.OrderByDescending(MaySend)];
        }

        // Measured; those behind a medium that is much slower than another have everything sooner from that.
        private long? TimeLeft(NodeReport report) => MediumOf(report, bundle)?.Pace?.SecondsLeft;

        // 2
        private List<NodeReport> Order(List<NodeReport> nodes, List<NodeReport> sources, Places places)
        {
            var first = sources.Count > 0 ? ZoneOf(sources[0].Node) : "";
            var ends = previous.Keys.GroupBy(ZoneOf, StringComparer.Ordinal).ToDictionary(zone => zone.Key, zone => zone.Max(places.Of), StringComparer.Ordinal);
            return
            [
                .. nodes
                    .OrderByDescending(MaySend)
                    .ThenByDescending(report => site.Links.IsSlow(report.Node) ?? long.MaxValue)
                    .ThenBy(report => report.Yield is not null)
                    .ThenBy(report => places.Has(report.Node) ? places.Of(report.Node) : ends.TryGetValue(ZoneOf(report.Node), out var end) ? end : int.MaxValue)
                    .ThenBy(report => !places.Has(report.Node))
                    .ThenByDescending(report => ZoneOf(report.Node) == first)
                    .ThenBy(report => ZoneOf(report.Node), StringComparer.Ordinal)
                    .ThenByDescending(Held)
                    .ThenBy(report => report.Node, StringComparer.Ordinal),
            ];
        }

        // 3 and 4
        private void Link(List<NodeReport> heads, List<NodeReport> order, Places places)
        {
            var chains = heads.ConvertAll(head => new List<NodeReport> { head });
            foreach (var report in order.Where(MaySend))
                ChainFor(report, chains, places)?.Add(report);
            foreach (var chain in chains)
            {
                // Of one slow link nobody knows which end is to blame, until the node has drawn from the one before as well.
                var past = chain.Count > 2 && site.Links.MayDrawFaster(chain[^1].Node, chain[^2].Node);
                for (var i = 1; i < chain.Count; i++)
                    Draw(chain[i], chain[i - 1], i > 1 ? chain[i - 2] : OtherHead(heads, chain[0]));
                if (past)
                    Draw(chain[^1], chain[^3], chain[^2]);
            }

            LinkLeaves(heads, chains, [.. order.Where(report => !MaySend(report))]);
        }

        // Whoever sent nothing on before stays where it is; the rest goes to the last ones of the chains first, who send to nobody yet.
        private void LinkLeaves(List<NodeReport> heads, List<List<NodeReport>> chains, List<NodeReport> leaves)
        {
            var senders = chains.SelectMany(chain => chain.AsEnumerable().Reverse().Select((report, i) => (report, i))).OrderBy(s => s.i).Select(s => s.report).ToList();
            if (senders.Count == 0)
            {
                leaves.ForEach(report => _plans[report.Node] = new CarryPlan(epoch, bundle, "", null));
                return;
            }

            var sends = senders.Sum(SendsOf) + leaves.Count;
            var most = Math.Max(MostSends, (sends + senders.Count - 1) / senders.Count);
            var sent = previous.Values.Select(plan => plan.From?.Node).ToHashSet();
            var moving = new List<NodeReport>();
            foreach (var report in leaves)
            {
                var before = sent.Contains(report.Node) ? null : previous.GetValueOrDefault(report.Node)?.From?.Node;
                if (senders.Find(sender => sender.Node == before) is { } from && SendsOf(from) < most)
                    DrawAsLeaf(report, from);
                else
                    moving.Add(report);
            }

            foreach (var report in moving)
                DrawAsLeaf(report, senders.Find(sender => SendsOf(sender) < MostSends) ?? senders.MinBy(SendsOf)!);

            void DrawAsLeaf(NodeReport report, NodeReport from) =>
                Draw(report, from, senders.Find(sender => sender != from && _plans[from.Node].From == sender.Self) ?? OtherHead(heads, from));
        }

        private List<NodeReport>? ChainFor(NodeReport report, List<List<NodeReport>> chains, Places places) =>
            chains.Find(chain => places.HeadOf(report.Node) == chain[0].Node)
            ?? chains.OrderByDescending(chain => ZoneOf(chain[0].Node) == ZoneOf(report.Node)).ThenBy(chain => chain.Count).FirstOrDefault();

        private void Draw(NodeReport report, NodeReport from, NodeReport? other) =>
            _plans[report.Node] = new CarryPlan(epoch, bundle, "", from.Self, other?.Self);

        // 5. A share grows only by a quarter or more: each change is a new plan for everybody, and five hundred nodes finish one after the other.
        private void ShareOut()
        {
            if (site.BytesPerSecond == 0)
                return;
            var drawing = reports.Count(report => _plans[report.Node].From is not null && !(report.Extracted && report.Commitment == bundle.Commitment));
            var share = Math.Max(1, site.BytesPerSecond / Math.Max(1, drawing));
            var before = previous.Values.Select(plan => plan.BytesPerSecond).DefaultIfEmpty().Max();
            if (share > before && share - before < before / 4)
                share = before;
            foreach (var (node, plan) in _plans.Where(p => p.Value.From is not null).ToList())
                _plans[node] = plan with { BytesPerSecond = share };
        }

        private int SendsOf(NodeReport sender) => _plans.Values.Count(plan => plan.From == sender.Self);

        private bool MaySend(NodeReport report) => CanSend(report) && (!site.Links.IsSlowSender(report.Node) || IsBetterThanNone(report));

        private bool CanSend(NodeReport report) => !IsSpent(report) && !site.LeftOut.Contains(report.Node) && (report.Reason != Reasons.NoSpace || report.Extracted);

        // What it has let go of it gets back from a medium alone.
        private bool IsSpent(NodeReport report) => report.LetGo && Held(report) < bundle.Size && MediumOf(report, bundle) is null;

        // A slow source is, where there is no other.
        private bool IsBetterThanNone(NodeReport report) =>
            MediumOf(report, bundle) is not null && !reports.Any(r => MediumOf(r, bundle) is not null && CanSend(r) && !site.Links.IsSlowSender(r.Node));

        private bool WasSource(NodeReport report) => previous.TryGetValue(report.Node, out var plan) && plan.MediumId.Length > 0;

        private long Held(NodeReport report) => report.Commitment == bundle.Commitment ? report.BytesHeld : 0;

        private string ZoneOf(string node) => site.Zones.GetValueOrDefault(node, "");

        private static NodeReport? OtherHead(List<NodeReport> heads, NodeReport than) => heads.Find(head => head != than);
    }

    /// <summary>Each node's place in the chains that are being followed, found by walking them one after the other.</summary>
    private sealed class Places
    {
        private readonly Dictionary<string, (int Place, string Head)> _places = new(StringComparer.Ordinal);

        public Places(IReadOnlyDictionary<string, CarryPlan> plans, IEnumerable<string> sources)
        {
            var kept = sources.ToHashSet(StringComparer.Ordinal);
            var next = plans.Where(p => p.Value.From is not null).ToLookup(p => p.Value.From!.Node, p => p.Key, StringComparer.Ordinal);
            foreach (var head in plans.Where(p => p.Value.From is null || !plans.ContainsKey(p.Value.From.Node)).Select(p => p.Key).OrderByDescending(kept.Contains).ThenBy(n => n, StringComparer.Ordinal))
                Walk(head, head, plans, next);
        }

        public bool Has(string node) => _places.ContainsKey(node);

        public int Of(string node) => _places.TryGetValue(node, out var place) ? place.Place : int.MaxValue;

        public string? HeadOf(string node) => _places.TryGetValue(node, out var place) ? place.Head : null;

        private void Walk(string node, string head, IReadOnlyDictionary<string, CarryPlan> plans, ILookup<string, string> next)
        {
            var open = new Stack<string>([node]);
            while (open.TryPop(out var at))
            {
                if (!_places.TryAdd(at, (_places.Count, head)))
                    continue;
                // A successor that sends on comes before one that does not; but who draws past another stays behind it.
                foreach (var successor in next[at].OrderByDescending(n => next[at].Contains(plans[n].Other?.Node)).ThenBy(n => next[n].Any()).ThenByDescending(n => n, StringComparer.Ordinal))
                    open.Push(successor);
            }
        }
    }
}
