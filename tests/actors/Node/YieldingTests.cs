using CsCheck;
using Handcarry.Actors.Node;

namespace Handcarry.Actors.Tests.Node;

public sealed class YieldingTests
{
    private static readonly YieldLimits Limits = new();
    private static readonly PressureFacts Suffers = new(45, 0, 0);
    private static readonly PressureFacts Between = new(15, 0, 0);

    private static readonly Gen<PressureFacts?> AnyFacts = Gen.Frequency<PressureFacts?>(
        (1, Gen.Const((PressureFacts?)null)),
        (9, Gen.Select(Gen.Double[0, 100], Gen.Double[0, 100], Gen.Double[0, 100], Gen.Int[0, 500]).Select((io, cpu, memory, ms) =>
            (PressureFacts?)new PressureFacts(io, cpu, memory, ms == 0 ? null : TimeSpan.FromMilliseconds(ms)))));

    private static readonly Gen<(PressureFacts? Facts, long Rate)[]> AnyLooks = Gen.Select(AnyFacts, Gen.Long[0, 500_000_000], (facts, rate) => (facts, rate)).Array[0, 60];

    [Fact]
    public void Whatever_is_seen_carrying_never_stops_nor_falls_below_the_floor() =>
        AnyLooks.Sample(looks =>
        {
            var yielding = Yielding.Not;
            foreach (var (facts, rate) in looks)
            {
                yielding = yielding.Look(facts, rate, Limits);
                Assert.True(yielding.BytesPerSecond == 0 || yielding.BytesPerSecond >= Limits.Floor);
                Assert.Equal(yielding.BytesPerSecond == 0, yielding.Why.Length == 0);
            }
        });

    [Fact]
    public void A_node_that_suffers_on_and_on_comes_down_to_the_floor_and_stays_there() =>
        Gen.Select(AnyLooks, Gen.Long[1, 500_000_000]).Sample((looks, rate) =>
        {
            var yielding = After(looks);
            for (var i = 0; i < 100; i++)
            {
                var before = yielding.BytesPerSecond;
                yielding = yielding.Look(Suffers, yielding.BytesPerSecond == 0 ? rate : Math.Min(rate, yielding.BytesPerSecond), Limits);
                Assert.True(before == 0 || yielding.BytesPerSecond <= before);
            }

            Assert.Equal(Limits.Floor, yielding.BytesPerSecond);
        });

    [Fact]
    public void A_node_that_does_well_again_is_slowed_down_less_with_each_look_and_then_not_at_all() =>
        AnyLooks.Sample(looks =>
        {
            var yielding = After(looks);
            for (var i = 0; i < 17; i++)
            {
                var before = yielding.BytesPerSecond;
                yielding = yielding.Look(i % 2 == 0 ? PressureFacts.None : null, before, Limits);
                Assert.True(yielding.BytesPerSecond == 0 || yielding.BytesPerSecond > before);
            }

            Assert.Equal(0, yielding.BytesPerSecond);
        });

    [Fact]
    public void Between_suffering_and_doing_well_nothing_changes() =>
        AnyLooks.Sample(looks =>
        {
            var yielding = After(looks);
            Assert.Equal(yielding.BytesPerSecond, yielding.Look(Between, 1_000_000, Limits).BytesPerSecond);
        });

    [Fact]
    public void Less_is_carried_by_half_and_at_most_with_every_third_look_and_why_is_said()
    {
        var yielding = Yielding.Not.Look(Suffers, 100_000_000, Limits);
        Assert.Equal((50_000_000, "I/O pressure 45 %"), (yielding.BytesPerSecond, yielding.Why));
        yielding = yielding.Look(Suffers, 50_000_000, Limits).Look(Suffers, 50_000_000, Limits);
        Assert.Equal(50_000_000, yielding.BytesPerSecond);
        yielding = yielding.Look(new PressureFacts(0, 0, 0, TimeSpan.FromMilliseconds(130)), 50_000_000, Limits);
        Assert.Equal((25_000_000, "etcd waits 130 ms for its disk"), (yielding.BytesPerSecond, yielding.Why));
        Assert.Equal(25_000_000 + (100_000_000 / 16), yielding.Look(PressureFacts.None, 25_000_000, Limits).BytesPerSecond);
    }

    [Fact]
    public void A_figure_whose_limit_is_0_does_not_matter() =>
        Assert.Equal(Yielding.Not, Yielding.Not.Look(new PressureFacts(100, 100, 100), 100_000_000, Limits with { Io = 0, Cpu = 0, Memory = 0 }));

    [Fact]
    public void A_node_that_suffers_before_anything_has_come_begins_at_the_floor_and_is_free_when_it_does_well()
    {
        var yielding = Yielding.Not.Look(Suffers, 0, Limits);
        Assert.Equal(Limits.Floor, yielding.BytesPerSecond);
        Assert.Equal(Yielding.Not, yielding.Look(PressureFacts.None, Limits.Floor, Limits));
    }

    private static Yielding After((PressureFacts? Facts, long Rate)[] looks) =>
        looks.Aggregate(Yielding.Not, (yielding, look) => yielding.Look(look.Facts, look.Rate, Limits));
}
