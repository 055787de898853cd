using System.Globalization;

namespace Handcarry.Bench.Load;

/// <summary>CPU time of this process, of a few others, and of all that they have started and waited for (proc_pid_stat(5), fields 14 to 17).</summary>
internal static class ProcessorTime
{
    // USER_HZ, which is 100 on every architecture of Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>Seconds until now.</summary>
    public static double Of(IEnumerable<int> others) => others.Append(Environment.ProcessId).Sum(Of);

    private static double Of(int process)
    {
        var stat = File.ReadAllText($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        // The third field of the manual is the first here.
        return fields[11..15].Sum(static field => long.Parse(field, CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
