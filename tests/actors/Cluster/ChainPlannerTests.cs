using System.Collections.Immutable;
using CsCheck;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Tests.Scenarios;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Tests.Cluster;

public sealed class ChainPlannerTests
{
    private static readonly BundleFacts B = Bundles.Facts("B");

    private static readonly ImmutableSortedDictionary<string, CarryPlan> Nothing = ImmutableSortedDictionary<string, CarryPlan>.Empty;

    private static readonly Gen<NodeReport[]> AnySite =
        Gen.Select(Gen.Frequency((3, Gen.Const(false)), (1, Gen.Const(true))), Gen.Long[0, 3], Gen.Frequency((9, Gen.Const("")), (1, Gen.Const(Reasons.NoSpace))))
            .Array[1, 9].Select(nodes => nodes.Select((n, i) => Report($"n{i}", n.Item1, n.Item2) with { Reason = n.Item3 }).ToArray());

    private static readonly Gen<SiteFacts> AnyFacts =
        from zones in Gen.OneOf("", "east", "west").Array[9]
        from speeds in Gen.Select(Gen.Int[0, 8], Gen.Int[0, 8], Gen.OneOf(10_000L, 20_000_000L, 100_000_000L), Gen.Bool).List[0, 12]
        from bad in Gen.Int[0, 8].List[0, 2]
        from limit in Gen.OneOf(0L, 5L, 90_000_000L)
        select new SiteFacts(
            zones.Select((zone, i) => (zone, i)).Where(z => z.zone.Length > 0).ToImmutableSortedDictionary(z => $"n{z.i}", z => z.zone, StringComparer.Ordinal),
            speeds.Where(s => s.Item1 != s.Item2).Aggregate(LinkBook.Empty, (book, s) => book.Learn(Report($"n{s.Item2}") with { Link = new LinkReport($"n{s.Item1}", s.Item3, s.Item4) })),
            [.. bad.Select(i => $"n{i}")],
            limit);

    [Fact]
    public void Nobody_draws_in_a_circle_and_everyone_is_reached_when_somebody_may_send() =>
        Gen.Select(AnySite, AnyFacts).Sample((site, facts) =>
        {
            var plans = ChainPlanner.Plan(7, B, site, Nothing, facts);
            Assert.Equal(site.Select(r => r.Node).Order(StringComparer.Ordinal), plans.Keys);
            foreach (var node in plans.Keys)
                Assert.InRange(PathTo(plans, node).Count, 1, site.Length);
            var sending = plans.Values.Where(p => p.From is not null).Select(p => HeadOf(plans, p.From!.Node)).ToHashSet();
            Assert.All(sending, head => Assert.Null(plans[head].From));
            if (site.Any(r => r.Media.Count > 0 && !facts.LeftOut.Contains(r.Node) && r.Reason.Length == 0))
                Assert.All(plans.Keys, node => Assert.NotEmpty(plans[HeadOf(plans, node)].MediumId));
        });

    [Fact]
    public void A_medium_behind_a_slow_link_is_drawn_from_when_the_other_is_in_a_full_node()
    {
        var slow = LinkBook.Empty.Learn(Report("n2") with { Link = new LinkReport("n1", 10_000, true) }).Learn(Report("n0") with { Link = new LinkReport("n1", 10_000, true) });
        Assert.True(slow.IsSlowSender("n1"));
        var plans = ChainPlanner.Plan(7, B, [Report("n0", true) with { Reason = Reasons.NoSpace }, Report("n1", true), Report("n2", held: 3)], Nothing, SiteFacts.None with { Links = slow });
        Assert.Equal("n1", HeadOf(plans, "n2"));
        Assert.NotEmpty(plans["n1"].MediumId);
    }

    [Fact]
    public void Where_nothing_is_wrong_each_node_sends_to_one_at_most() =>
        AnySite.Sample(site =>
        {
            var plans = ChainPlanner.Plan(7, B, [.. site.Select(r => r with { Reason = "" })], Nothing);
            Assert.All(Sends(plans), count => Assert.Equal(1, count));
        });

    [Fact]
    public void A_node_sends_to_three_at_most_while_enough_can_send() =>
        Gen.Select(AnySite, AnyFacts).Sample((site, facts) =>
        {
            var plans = ChainPlanner.Plan(7, B, site, Nothing, facts);
            var sends = Sends(plans).ToList();
            var senders = plans.Keys.Count(node => site.Any(r => r.Node == node && r.Reason.Length == 0) && !facts.LeftOut.Contains(node) && !facts.Links.IsSlowSender(node));
            if (site.Length <= senders * 2)
                Assert.All(sends, count => Assert.InRange(count, 1, ChainPlanner.MostSends));
        });

    [Fact]
    public void Nobody_draws_from_a_node_that_is_left_out_or_full() =>
        Gen.Select(AnySite, AnyFacts).Sample((site, facts) =>
        {
            var plans = ChainPlanner.Plan(7, B, site, Nothing, facts);
            foreach (var from in plans.Values.SelectMany(p => new[] { p.From, p.Other }).OfType<Peer>())
            {
                Assert.DoesNotContain(from.Node, facts.LeftOut);
                Assert.NotEqual(Reasons.NoSpace, site.Single(r => r.Node == from.Node).Reason);
            }
        });

    [Fact]
    public void A_node_that_draws_slowly_stands_behind_all_that_do_not() =>
        Gen.Select(AnySite, AnyFacts).Sample((site, facts) =>
        {
            var plans = ChainPlanner.Plan(7, B, site, Nothing, facts);
            foreach (var (node, plan) in plans.Where(p => p.Value.From is not null && facts.Links.IsSlow(p.Key) is null))
            {
                // The head of a chain does not draw at all.
                if (plans[plan.From!.Node].From is not null && !facts.Links.IsSlowSender(node) && !facts.LeftOut.Contains(node) && site.Single(r => r.Node == node).Reason.Length == 0)
                    Assert.Null(facts.Links.IsSlow(plan.From.Node));
            }
        });

    [Fact]
    public void What_is_sent_wrong_is_asked_of_somebody_who_does_not_draw_from_the_asker() =>
        Gen.Select(AnySite, AnyFacts).Sample((site, facts) =>
        {
            var plans = ChainPlanner.Plan(7, B, site, Nothing, facts);
            foreach (var (node, plan) in plans.Where(p => p.Value.Other is not null))
            {
                Assert.NotEqual(plan.From, plan.Other);
                Assert.DoesNotContain(node, PathTo(plans, plan.Other!.Node));
            }
        });

    [Fact]
    public void The_same_facts_give_the_same_plan_again() =>
        Gen.Select(AnySite, AnyFacts).Sample((site, facts) =>
        {
            var first = ChainPlanner.Plan(7, B, site, Nothing, facts);
            Assert.Equal(first, ChainPlanner.Plan(7, B, [.. site.Reverse()], Nothing, facts));
            Assert.Equal(first, ChainPlanner.Plan(7, B, site, first, facts));
        });

    [Fact]
    public void Progress_alone_moves_nobody_about() =>
        Gen.Select(AnySite, Gen.Int[0, 100]).Sample((site, seed) =>
        {
            var first = ChainPlanner.Plan(7, B, site, Nothing);
            var later = site.Select((r, i) => r with { BytesHeld = (seed * (i + 1)) % 11 }).ToArray();
            Assert.Equal(first, ChainPlanner.Plan(7, B, later, first));
        });

    [Fact]
    public void When_a_node_goes_only_its_successor_draws_from_another() =>
        Gen.Select(AnySite, Gen.Int[0, 8]).Where((site, i) => i < site.Length && site[i].Media.Count == 0).Sample((site, i) =>
        {
            site = [.. site.Select(r => r with { Reason = "" })];
            var first = ChainPlanner.Plan(7, B, site, Nothing);
            var later = ChainPlanner.Plan(7, B, [.. site.Where((_, at) => at != i)], first);
            Assert.InRange(later.Count(p => p.Value.From != first[p.Key].From), 0, 1);
        });

    [Fact]
    public void Without_a_medium_the_one_that_has_most_comes_first()
    {
        var plans = ChainPlanner.Plan(1, B, [Report("a", false, 1), Report("b", false, 5), Report("c", false, 3)], Nothing);
        Assert.Equal("b<- c<b a<c", Text(plans, "b", "c", "a"));
    }

    [Fact]
    public void Two_media_that_are_there_from_the_beginning_head_a_chain_each()
    {
        var site = new[] { Report("a"), Report("b", true), Report("c"), Report("d", true), Report("e") };
        var plans = ChainPlanner.Plan(1, B, site, Nothing);
        Assert.Equal("b<usb d<usb a<b c<d e<a", Text(plans, "b", "d", "a", "c", "e"));

        // One is pulled: its chain joins the end of the other, and keeps its order.
        var later = ChainPlanner.Plan(2, B, [.. site.Select(r => r.Node == "b" ? r with { Media = [] } : r)], plans);
        Assert.Equal("d<usb c<d b<c a<b e<a", Text(later, "d", "c", "b", "a", "e"));
    }

    [Fact]
    public void A_node_that_yields_to_what_runs_on_it_moves_to_the_end_once_and_stays_there_when_it_does_not_any_more()
    {
        var site = new[] { Report("a", true), Report("b"), Report("c"), Report("d") };
        var plans = ChainPlanner.Plan(1, B, site, Nothing);
        NodeReport[] Yielding(string nodes) => [.. site.Select(r => nodes.Contains(r.Node, StringComparison.Ordinal) ? r with { Yield = new YieldReport(4_000_000, "I/O pressure 45 %") } : r)];
        var later = ChainPlanner.Plan(1, B, Yielding("b"), plans);
        Assert.Equal("a<usb c<a d<c b<d", Text(later, "a", "c", "d", "b"));
        Assert.Equal(later, ChainPlanner.Plan(1, B, site, later));

        // Where all of them yield, or the one with the medium does, nobody moves.
        Assert.Equal(later, ChainPlanner.Plan(1, B, Yielding("abcd"), later));
        Assert.Equal(later, ChainPlanner.Plan(1, B, Yielding("a"), later));
    }

    [Fact]
    public void A_second_medium_that_takes_much_longer_is_left_to_itself_and_its_chain_draws_what_the_faster_brings()
    {
        var site = new[] { Report("a"), Report("b", true), Report("c"), Report("d", true), Report("e") };
        var plans = ChainPlanner.Plan(1, B, site, Nothing);
        Assert.Equal("b<usb d<usb a<b c<d e<a", Text(plans, "b", "d", "a", "c", "e"));

        NodeReport[] Paced(long b, long d) => [.. site.Select(r => r.Node switch { "b" => WithTimeLeft(r, b), "d" => WithTimeLeft(r, d), _ => r })];
        Assert.Equal(plans, ChainPlanner.Plan(1, B, Paced(1000, 2000), plans));
        Assert.Equal(plans, ChainPlanner.Plan(1, B, Paced(20, 80), plans));
        var later = ChainPlanner.Plan(2, B, Paced(2001, 1000), plans);
        Assert.Equal("d<usb c<d b<c a<b e<a", Text(later, "d", "c", "b", "a", "e"));

        // It is not read, so nothing more is measured; and it is read again when there is no other.
        NodeReport[] one = [.. site.Select(r => r.Node == "d" ? WithTimeLeft(r, 900) : r)];
        Assert.Equal(later, ChainPlanner.Plan(2, B, one, later));
        Assert.Equal("b", ChainPlanner.Plan(3, B, [.. one.Where(r => r.Node != "d")], later).Single(p => p.Value.MediumId.Length > 0).Key);

        // The faster one cannot be drawn from: a slow source is better than none.
        Assert.Equal("usb", ChainPlanner.Plan(2, B, [.. Paced(2001, 1000).Select(r => r.Node == "d" ? r with { Reason = Reasons.NoSpace } : r)], plans)["b"].MediumId);
    }

    [Fact]
    public void A_medium_that_comes_later_is_not_read_while_another_is()
    {
        var plans = ChainPlanner.Plan(1, B, [Report("a", true), Report("b"), Report("c")], Nothing);
        var later = ChainPlanner.Plan(1, B, [Report("a", true, 9), Report("b", true, 8), Report("c", false, 7)], plans);
        Assert.Equal(plans, later);
    }

    [Fact]
    public void The_chain_enters_each_zone_once_and_new_nodes_join_their_zone()
    {
        var facts = SiteFacts.None with { Zones = Zones("a east", "b west", "c east", "d west", "e west") };
        var site = new[] { Report("a"), Report("b", true), Report("c"), Report("d") };
        var plans = ChainPlanner.Plan(1, B, site, Nothing, facts);
        Assert.Equal("b<usb d<b a<d c<a", Text(plans, "b", "d", "a", "c"));
        Assert.Equal("b<usb d<b e<d a<e c<a", Text(ChainPlanner.Plan(2, B, [.. site, Report("e")], plans, facts), "b", "d", "e", "a", "c"));
    }

    [Fact]
    public void A_slow_link_is_walked_around_and_whoever_sends_slowly_to_two_sends_no_more()
    {
        var site = new[] { Report("a", true), Report("b"), Report("c"), Report("d") };
        var plans = ChainPlanner.Plan(1, B, site, Nothing);
        Assert.Equal("a<usb b<a c<b d<c", Text(plans, "a", "b", "c", "d"));

        var facts = SiteFacts.None with { Links = LinkBook.Empty.Learn(Report("c") with { Link = new LinkReport("b", 10_000, true) }) };
        plans = ChainPlanner.Plan(2, B, site, plans, facts);
        Assert.Equal("a<usb b<a d<b c<d", Text(plans, "a", "b", "d", "c"));

        facts = facts with { Links = facts.Links.Learn(Report("d") with { Link = new LinkReport("b", 9_000, true) }) };
        plans = ChainPlanner.Plan(3, B, site, plans, facts);
        Assert.Equal("a<usb d<a c<d b<c", Text(plans, "a", "d", "c", "b"));
        Assert.Equal(plans, ChainPlanner.Plan(3, B, site, plans, facts));
    }

    [Fact]
    public void The_last_of_a_chain_tries_the_one_before_its_holder_when_that_sends_very_slowly_and_goes_back_when_it_is_slow_itself()
    {
        var site = new[] { Report("a", true), Report("b"), Report("c") };
        var plans = ChainPlanner.Plan(1, B, site, Nothing);
        var facts = SiteFacts.None with { Links = LinkBook.Empty.Learn(Report("c") with { Link = new LinkReport("b", 10_000, true) }) };
        plans = ChainPlanner.Plan(2, B, site, plans, facts);
        Assert.Equal("a<usb b<a c<a", Text(plans, "a", "b", "c"));
        Assert.Equal("b", plans["c"].Other?.Node);
        Assert.Equal(plans, ChainPlanner.Plan(2, B, site, plans, facts));

        var fast = facts with { Links = facts.Links.Learn(Report("c") with { Link = new LinkReport("a", 90_000_000, true) }) };
        Assert.Equal("a<usb b<a c<a", Text(ChainPlanner.Plan(3, B, site, plans, fast), "a", "b", "c"));
        var slow = facts with { Links = facts.Links.Learn(Report("c") with { Link = new LinkReport("a", 11_000, true) }) };
        Assert.Equal("a<usb b<a c<b", Text(ChainPlanner.Plan(3, B, site, plans, slow), "a", "b", "c"));
    }

    [Fact]
    public void At_a_site_whose_links_are_alike_nobody_is_moved()
    {
        var site = new[] { Report("a", true), Report("b"), Report("c"), Report("d") };
        var plans = ChainPlanner.Plan(1, B, site, Nothing);
        var facts = SiteFacts.None with { Links = LinkBook.Empty.Learn(Report("b") with { Link = new LinkReport("a", 25_000_000, true) }) };
        Assert.Equal(plans, ChainPlanner.Plan(1, B, site, plans, facts));
        facts = facts with { Links = facts.Links.Learn(Report("c") with { Link = new LinkReport("b", 27_000_000, false) }).Learn(Report("d") with { Link = new LinkReport("c", 24_000_000, true) }) };
        Assert.Equal(plans, ChainPlanner.Plan(1, B, site, plans, facts));
        Assert.Null(facts.Links.IsSlow("b"));
    }

    [Fact]
    public void Who_draws_slowly_goes_to_the_end_once_somebody_behind_it_has_shown_to_be_faster()
    {
        var site = new[] { Report("a", true), Report("b"), Report("c"), Report("d") };
        var plans = ChainPlanner.Plan(1, B, site, Nothing);
        var facts = SiteFacts.None with { Links = LinkBook.Empty.Learn(Report("b") with { Link = new LinkReport("a", 25_000_000, true) }) };
        facts = facts with { Links = facts.Links.Learn(Report("c") with { Link = new LinkReport("b", 100_000_000, false) }) };
        Assert.Equal("a<usb c<a d<c b<d", Text(ChainPlanner.Plan(2, B, site, plans, facts), "a", "c", "d", "b"));
    }

    [Fact]
    public void Those_that_draw_share_the_limit_of_the_site_and_never_take_more_together() =>
        Gen.Select(AnySite, AnyFacts, Gen.Int[0, 511]).Sample((site, facts, finished) =>
        {
            var first = ChainPlanner.Plan(7, B, site, Nothing, facts);
            NodeReport[] later = [.. site.Select((r, i) => r with { Extracted = (finished & (1 << i)) != 0 })];
            var plans = ChainPlanner.Plan(8, B, later, first, facts);
            var shares = later.Where(r => !r.Extracted && plans[r.Node].From is not null).Select(r => plans[r.Node].BytesPerSecond).ToList();
            Assert.All(shares, share => Assert.Equal(facts.BytesPerSecond > 0, share > 0));
            Assert.InRange(shares.Sum(), 0, Math.Max(facts.BytesPerSecond, shares.Count));
            if (facts.BytesPerSecond > 1000)
                Assert.InRange(shares.Sum(), shares.Count == 0 ? 0 : facts.BytesPerSecond * 3 / 4, facts.BytesPerSecond);
        });

    [Fact]
    public void A_share_grows_only_when_enough_nodes_have_finished()
    {
        var facts = SiteFacts.None with { BytesPerSecond = 9000 };
        NodeReport[] site = [Report("n0", true), .. Enumerable.Range(1, 9).Select(i => Report($"n{i}"))];
        var plans = ChainPlanner.Plan(1, B, site, Nothing, facts);
        Assert.All(plans.Values.Where(p => p.From is not null), p => Assert.Equal(1000, p.BytesPerSecond));
        Assert.Equal(0, plans["n0"].BytesPerSecond);

        site[1] = site[1] with { Extracted = true };
        Assert.Equal(plans, ChainPlanner.Plan(1, B, site, plans, facts));
        site[2] = site[2] with { Extracted = true };
        Assert.Equal(1285, ChainPlanner.Plan(1, B, site, plans, facts)["n9"].BytesPerSecond);
        Assert.Equal(900, ChainPlanner.Plan(1, B, [Report("n0", true), .. Enumerable.Range(1, 10).Select(i => Report($"n{i}"))], plans, facts)["n9"].BytesPerSecond);
    }

    private static ImmutableSortedDictionary<string, string> Zones(params string[] zones) =>
        zones.Select(z => z.Split(' ')).ToImmutableSortedDictionary(z => z[0], z => z[1], StringComparer.Ordinal);

    private static string Text(ImmutableSortedDictionary<string, CarryPlan> plans, params string[] nodes) =>
        string.Join(' ', nodes.Select(n => $"{n}<{(plans[n].MediumId.Length > 0 ? plans[n].MediumId : plans[n].From?.Node ?? "-")}"));

    private static List<string> PathTo(ImmutableSortedDictionary<string, CarryPlan> plans, string node)
    {
        var path = new List<string> { node };
        while (plans[path[^1]].From is { } from)
        {
            Assert.DoesNotContain(from.Node, path);
            path.Add(from.Node);
        }

        return path;
    }

    private static string HeadOf(ImmutableSortedDictionary<string, CarryPlan> plans, string node) => PathTo(plans, node)[^1];

    private static IEnumerable<int> Sends(ImmutableSortedDictionary<string, CarryPlan> plans) =>
        plans.Values.Where(p => p.From is not null).GroupBy(p => p.From!.Node).Select(g => g.Count());

    private static NodeReport WithTimeLeft(NodeReport report, long seconds) =>
        report with { Media = [.. report.Media.Select(medium => medium with { Pace = new MediumPace(10_000_000, seconds, false) })] };

    private static NodeReport Report(string node, bool medium = false, long held = 0) => new()
    {
        Node = node,
        Self = new Peer(node, "", ""),
        Stage = Stage.Receiving,
        Commitment = B.Commitment,
        BytesHeld = held,
        Media = medium ? [new MediumReport("usb", "/dev/usb", B)] : [],
    };
}
