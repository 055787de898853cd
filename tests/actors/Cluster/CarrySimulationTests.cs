using Handcarry.Bench.Carry;

namespace Handcarry.Actors.Tests.Cluster;

/// <summary>The product's own decisions for sites of many nodes, in virtual time: the bounds do not depend on how busy the machine is.</summary>
public sealed class CarrySimulationTests
{
    private static readonly SimulatedSite Site = new() { Nodes = 9, Blobs = SimulatedSite.ReleaseOf(190, 1) };

    [Fact]
    public void A_chain_takes_a_tenth_more_than_its_slowest_device_at_most_and_a_further_node_next_to_nothing()
    {
        var times = new[] { 3, 5, 9 }.Select(nodes => CarrySimulation.Run(Site with { Nodes = nodes })).ToList();
        Assert.All(times, time => Assert.InRange(time.OverOptimum, 1, 1.10));
        Assert.InRange(times[1].Seconds / times[0].Seconds, 1, 1.02 * 1.02);
        Assert.InRange(times[2].Seconds / times[1].Seconds, 1, Math.Pow(1.02, 4));
    }

    [Fact]
    public void A_medium_faster_than_the_links_moves_nobody()
    {
        var outcome = CarrySimulation.Run(Site with { MediumRate = 400e6 });
        Assert.InRange(outcome.OverOptimum, 1, 1.10);
        Assert.Equal(1, outcome.Epochs);
    }

    [Fact]
    public void Slow_nodes_hold_up_nobody_and_take_only_their_own_time()
    {
        var slow = new Dictionary<int, double> { [1] = 20e6, [4] = 10e6, [5] = 4e6 };
        var outcome = CarrySimulation.Run(Site with { SlowLinks = slow });
        Assert.InRange(outcome.OverOptimum, 1, 1.10);
        Assert.InRange(outcome.Seconds / (Site.Size / 4e6), 1, 1.10);
        Assert.InRange(outcome.Epochs, 2, 8);
    }

    [Fact]
    public void A_slow_node_is_noticed_while_one_large_blob_is_carried_and_holds_up_nobody()
    {
        // A sealed store: there is nothing else that could be complete.
        var outcome = CarrySimulation.Run(Site with { Blobs = [1_200_000, 15_000_000_000], SlowLinks = new Dictionary<int, double> { [1] = 4e6 } });
        Assert.InRange(outcome.OverOptimum, 1, 1.10);
        Assert.InRange(outcome.Seconds / (15e9 / 4e6), 1, 1.10);
    }

    [Fact]
    public void Two_neighbours_lost_in_the_middle_and_another_late_delay_the_others_hardly()
    {
        var outcome = CarrySimulation.Run(Site with { Losses = [(3, 50, 120), (4, 51, 130), (7, 200, 210)], Joins = [(8, 60)] });
        Assert.InRange(outcome.OverOptimum, 1, 1.10);
    }

    [Fact]
    public void A_hundred_nodes_with_losses_and_slow_links_stay_within_a_tenth()
    {
        var outcome = CarrySimulation.Run(Site with
        {
            Nodes = 100,
            Losses = [.. Enumerable.Range(0, 5).Select(i => (10 + (15 * i), 20.0 + (30 * i), 60.0 + (30 * i)))],
            Joins = [(50, 60)],
            SlowLinks = new Dictionary<int, double> { [3] = 20e6, [44] = 10e6 },
        });
        Assert.InRange(outcome.OverOptimum, 1, 1.10);
    }

    [Fact]
    public void The_same_site_gives_the_same_time_again() => Assert.Equal(CarrySimulation.Run(Site), CarrySimulation.Run(Site));
}
