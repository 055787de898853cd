using System.Text.Json;
using Handcarry.Bench;

// handcarry-bench NAME [--json] [--size MB] [--rounds N]: a table for people, then, as the last line, one JSON object of figures.
// The keys are explained in docs/benchmarks.md.
IBench[] benches = [new SpineBench(), new CreateBench(), new MediaBench(), new CarrySimBench(), new CarryBench(), new LoadBench(), new ControlBench()];

if (args is [MediaWatchChild.Word, _, _, _])
{
    await MediaWatchChild.RunAsync(args[1..]);
    return 0;
}

var chosen = benches.SingleOrDefault(bench => args.Length > 0 && bench.Name == args[0]);
if (chosen is null || !BenchOptions.TryParse(args[1..], chosen.Defaults, out var options))
{
    Console.Error.WriteLine("usage: handcarry-bench NAME [--json] [--size MB] [--rounds N]");
    foreach (var bench in benches)
        Console.Error.WriteLine($"  {bench.Name,-10} {bench.Summary}");
    return 2;
}

var table = options.JsonOnly ? TextWriter.Null : Console.Out;
var figures = await chosen.RunAsync(options, table);
Console.WriteLine(JsonSerializer.Serialize(figures.ToDictionary(figure => figure.Key, figure => Math.Round(figure.Value, 3))));
return 0;
