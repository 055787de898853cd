using System.Globalization;
using Handcarry.Bench.Carry;

namespace Handcarry.Bench;

/// <summary>How much longer than its slowest device a site of 10, 100 or 500 nodes takes, in virtual time, with the product's own decisions.</summary>
internal sealed class CarrySimBench : IBench
{
    public string Name => "carry-sim";

    public string Summary => "a bundle carried through sites of 10, 100 and 500 nodes in virtual time, with failures";

    public BenchOptions Defaults => new(false, 190, 1);

    public Task<IReadOnlyDictionary<string, double>> RunAsync(BenchOptions options, TextWriter table)
    {
        var figures = new Dictionary<string, double>();
        table.WriteLine("nodes  what happens                              seconds  optimum  over optimum  plans");
        foreach (var nodes in new[] { 10, 100, 500 })
        {
            var quiet = new SimulatedSite { Nodes = nodes, Blobs = SimulatedSite.ReleaseOf(190, options.Rounds) };
            figures[Key(nodes, "quiet_")] = Run("nothing", quiet);
            figures[Key(nodes, "")] = Run("5 % lost and back, 2 % late, 2 % slow", Troubled(quiet, options.Rounds));

            double Run(string what, SimulatedSite site)
            {
                var outcome = CarrySimulation.Run(site);
                table.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{nodes,5}  {what,-40} {outcome.FastSeconds,8:0.0} {outcome.Optimum,8:0.0} {outcome.OverOptimum,13:0.000} {outcome.Epochs,6}"));
                return outcome.OverOptimum;
            }
        }

        table.WriteLine("Times are those of the nodes whose own link is not slower than the medium.");
        return Task.FromResult<IReadOnlyDictionary<string, double>>(figures);
    }

    private static string Key(int nodes, string what) => string.Create(CultureInfo.InvariantCulture, $"carry.sim.n{nodes}.{what}over_optimum");

    // At least one of each, spread over the time that carrying takes; whoever is lost is back while there is still time to level up.
    private static SimulatedSite Troubled(SimulatedSite site, int seed)
    {
        var random = new Random(seed);
        var some = Enumerable.Range(1, site.Nodes - 1).ToArray();
        random.Shuffle(some);
        var (lost, late, slow) = (Math.Max(1, site.Nodes / 20), Math.Max(1, site.Nodes / 50), Math.Max(1, site.Nodes / 50));
        var losses = some.Take(lost).Select(node =>
        {
            var at = site.Optimum * (0.05 + (0.5 * random.NextDouble()));
            return (node, at, at + 5 + (55 * random.NextDouble()));
        });
        return site with
        {
            Losses = [.. losses],
            Joins = [.. some.Skip(lost).Take(late).Select(node => (node, site.Optimum * 0.3 * random.NextDouble()))],
            SlowLinks = some.Skip(lost + late).Take(slow).ToDictionary(node => node, _ => 10e6 + (20e6 * random.NextDouble())),
        };
    }
}
