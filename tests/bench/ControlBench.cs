using System.Globalization;
using Handcarry.Bench.Control;

namespace Handcarry.Bench;

/// <summary>What the control plane takes: a supervisor of hundreds of nodes, and how long the site is without one.</summary>
internal sealed class ControlBench : IBench
{
    public string Name => "control";

    public string Summary => "the supervisor with 500 simulated nodes; and how soon another agent is supervisor (--nodes N --only nodes|failover)";

    public BenchOptions Defaults => new(false, 5, 3) { Own = new Dictionary<string, string> { ["--nodes"] = "500", ["--only"] = "nodes,failover" } };

    public async Task<IReadOnlyDictionary<string, double>> RunAsync(BenchOptions options, TextWriter table)
    {
        var parts = options.Own["--only"].Split(',');
        var figures = new Dictionary<string, double>();
        if (parts.Contains("nodes"))
            await NodesAsync(int.Parse(options.Own["--nodes"], CultureInfo.InvariantCulture), options.Rounds, figures, table);
        if (parts.Contains("failover"))
            await FailOverAsync(options.Rounds, figures, table);
        return figures;
    }

    private static async Task NodesAsync(int nodes, int rounds, Dictionary<string, double> figures, TextWriter table)
    {
        var found = new List<ControlFigures>();
        table.WriteLine($"{nodes} simulated nodes whose work takes no time, from the insertion until the status says that all have everything");
        table.WriteLine($"{"round",5} {"seconds",10} {"reports",10} {"plans",10} {"epochs",10} {"status kB",10} {"reports/s",10} {"answer ms",10} {"worst",10}");
        for (var round = 1; round <= rounds; round++)
        {
            var one = await ControlSite.RunAsync(nodes, flood: 40);
            table.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{round,5} {one.Converged.TotalSeconds,10:0.00} {one.Reports,10} {one.Plans,10} {one.Epochs,10} {one.StatusBytes / 1e3,10:0.0} {one.MessagesPerSecond,10:0} {Median.Of(Milliseconds(one)),10:0} {Milliseconds(one).Max(),10:0}"));
            found.Add(one);
        }

        figures[$"control.n{nodes}.converge_s"] = Median.Of(found.Select(f => f.Converged.TotalSeconds));
        figures[$"control.n{nodes}.status_kb"] = found.Max(f => f.StatusBytes) / 1e3;
        figures[$"control.n{nodes}.messages_per_s"] = Median.Of(found.Select(f => f.MessagesPerSecond));
        figures[$"control.n{nodes}.answer_ms"] = Median.Of(found.SelectMany(Milliseconds));
        figures[$"control.n{nodes}.answer_worst_ms"] = found.SelectMany(Milliseconds).Max();
    }

    private static IEnumerable<double> Milliseconds(ControlFigures one) => one.Answers.Select(answer => answer.TotalMilliseconds);

    private static async Task FailOverAsync(int rounds, Dictionary<string, double> figures, TextWriter table)
    {
        table.WriteLine("three real agents: seconds until another one is supervisor, after the supervisor's was killed and after it was told to end");
        table.WriteLine($"{"round",5} {"kill -9",10} {"SIGTERM",10}");
        var found = await FailOver.RunAsync(3, rounds, table.WriteLine);
        figures["control.failover_s"] = Median.Of(found.Select(f => f.Killed));
        figures["control.failover_worst_s"] = found.Max(f => f.Killed);
        figures["control.handover_s"] = Median.Of(found.Select(f => f.Ended));
        figures["control.handover_worst_s"] = found.Max(f => f.Ended);
    }
}
