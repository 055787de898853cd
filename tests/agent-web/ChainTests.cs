using Handcarry.Actors.Node;
using Handcarry.Agent.Web.Page;

namespace Handcarry.Agent.Web.Tests;

public sealed class ChainTests
{
    [Fact]
    public void A_chain_goes_straight_down()
    {
        var lines = Chain.Of(ShownSite.Carrying(5));
        Assert.Equal(["n1", "n2", "n3", "n4", "n5"], lines.Select(static line => line.Nodes.Single().Node));
        Assert.All(lines, static line => Assert.Equal(0, line.Column));
        Assert.Equal([null, 0, 1, 2, 3], lines.Select(static line => line.Holder));
    }

    [Fact]
    public void Branches_stand_to_the_right_of_their_holder_and_the_longest_goes_on_below()
    {
        // n1 - n2 - n4 - n5, and n1 - n3.
        var lines = Chain.Of(ShownSite.Carrying(5, holder: static i => i switch { 1 or 2 => 0, 3 => 1, _ => 3 }));
        Assert.Equal([("n1", 0), ("n3", 1), ("n2", 0), ("n4", 0), ("n5", 0)], lines.Select(static line => (line.Nodes.Single().Node, line.Column)));
        Assert.Equal([null, 0, 0, 2, 3], lines.Select(static line => line.Holder));
    }

    [Fact]
    public void Five_hundred_nodes_one_behind_the_other_become_few_lines_and_the_one_in_trouble_is_one_of_them()
    {
        var site = ShownSite.Carrying(500);
        var reports = site.Reports.ToList();
        reports[250] = reports[250] with { Reason = "NoSpace", Message = "No room." };
        var lines = Chain.Of(site with { Reports = reports });
        Assert.Equal([1, 249, 1, 249], lines.Select(static line => line.Nodes.Count));
        Assert.Equal("n251", lines[2].Nodes.Single().Node);
    }

    [Fact]
    public void Five_hundred_nodes_that_draw_from_one_become_few_lines() =>
        Assert.Equal([1, 498, 1], Chain.Of(ShownSite.Carrying(500, holder: static _ => 0)).Select(static line => line.Nodes.Count));

    [Fact]
    public void Every_node_is_in_exactly_one_line_whatever_the_shape()
    {
        var random = new Random(7);
        for (var round = 0; round < 50; round++)
        {
            var nodes = random.Next(1, 500);
            var holders = Enumerable.Range(0, nodes).Select(i => i == 0 ? 0 : random.Next(Math.Max(0, i - random.Next(1, 40)), i)).ToList();
            var site = ShownSite.Carrying(nodes, holder: i => holders[i]);
            site = site with { Reports = [.. site.Reports.Select(report => report with { Stage = (Stage)random.Next(2), Reason = random.Next(20) == 0 ? "NoSpace" : "" })] };
            var lines = Chain.Of(site);
            Assert.InRange(lines.Count, 1, Chain.MaxLines);
            Assert.Equal(site.Reports.Select(static report => report.Node).Order(), lines.SelectMany(static line => line.Nodes).Select(static node => node.Node).Order());
            Assert.All(lines.Select(static (line, i) => (line, i)), static pair => Assert.True(pair.line.Holder is null || pair.line.Holder < pair.i));
        }
    }

    [Fact]
    public void Nothing_is_drawn_when_nobody_draws_or_reads() => Assert.Empty(Chain.Of(ShownSite.At(Actors.Cluster.Phase.Held, "Held.")));
}
