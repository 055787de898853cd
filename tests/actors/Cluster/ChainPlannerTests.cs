using System.Collections.Immutable;
using CsCheck;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Tests.Scenarios;

namespace Handcarry.Actors.Tests.Cluster;

public sealed class ChainPlannerTests
{
    private static readonly BundleFacts B = Bundles.Facts("B");

    private static readonly Gen<NodeReport[]> AnySite = Gen.Select(Gen.Bool, Gen.Long[0, 3]).Array[1, 9].Select(nodes =>
        nodes.Select((n, i) => Report($"n{i}", n.Item1, n.Item2)).ToArray());

    [Fact]
    public void Every_node_is_reached_from_the_head_and_sends_to_one_at_most() =>
        AnySite.Sample(site =>
        {
            var plans = ChainPlanner.Plan(7, B, site, ImmutableDictionary<string, CarryPlan>.Empty);
            Assert.Equal(site.Length, plans.Count);
            var heads = plans.Where(p => p.Value.From is null).ToList();
            var head = Assert.Single(heads);
            Assert.Equal(site.Any(r => r.Media.Count > 0), head.Value.MediumId.Length > 0);
            Assert.All(plans.Values.Where(p => p.From is not null).GroupBy(p => p.From!.Node), g => Assert.Single(g));
            var reached = new HashSet<string> { head.Key };
            for (var at = head.Key; plans.FirstOrDefault(p => p.Value.From?.Node == at).Key is { } next; at = next)
                Assert.True(reached.Add(next));
            Assert.Equal(site.Length, reached.Count);
        });

    [Fact]
    public void The_same_facts_give_the_same_plan_again() =>
        AnySite.Sample(site =>
        {
            var first = ChainPlanner.Plan(7, B, site, ImmutableDictionary<string, CarryPlan>.Empty);
            Assert.Equal(first, ChainPlanner.Plan(7, B, site, first));
            Assert.Equal(first, ChainPlanner.Plan(7, B, [.. site.Reverse()], first));
        });

    [Fact]
    public void Progress_alone_moves_nobody_about() =>
        Gen.Select(AnySite, Gen.Int[0, 100]).Sample((site, seed) =>
        {
            var first = ChainPlanner.Plan(7, B, site, ImmutableDictionary<string, CarryPlan>.Empty);
            var later = site.Select((r, i) => r with { BytesHeld = (seed * (i + 1)) % 11 }).ToArray();
            Assert.Equal(first, ChainPlanner.Plan(7, B, later, first));
        });

    [Fact]
    public void Without_a_medium_the_one_that_has_most_comes_first()
    {
        var plans = ChainPlanner.Plan(1, B, [Report("a", false, 1), Report("b", false, 5), Report("c", false, 3)], ImmutableDictionary<string, CarryPlan>.Empty);
        Assert.Null(plans["b"].From);
        Assert.Equal("b", plans["c"].From!.Node);
        Assert.Equal("c", plans["a"].From!.Node);
    }

    private static NodeReport Report(string node, bool medium, long held) => new()
    {
        Node = node,
        Self = new Peer(node, "", ""),
        Stage = Stage.Receiving,
        Commitment = B.Commitment,
        BytesHeld = held,
        Media = medium ? [new MediumReport("usb", "/dev/usb", B)] : [],
    };
}
