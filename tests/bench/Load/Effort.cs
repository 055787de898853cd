using System.Diagnostics;

namespace Handcarry.Bench.Load;

/// <summary>What some work took.</summary>
/// <param name="Seconds">From its start to its end.</param>
/// <param name="Processor">CPU seconds of this process and of all that it started and waited for.</param>
internal sealed record Effort(double Seconds, double Processor)
{
    /// <summary>Does it.</summary>
    public static async Task<Effort> OfAsync(Func<Task> work)
    {
        var processor = ProcessorTime.Of([]);
        var clock = Stopwatch.StartNew();
        await work();
        return new Effort(clock.Elapsed.TotalSeconds, ProcessorTime.Of([]) - processor);
    }
}
