using System.Globalization;
using Handcarry.Lab.Site;

namespace Handcarry.Bench.Carry;

/// <summary>What an agent's process has used so far, or between two looks.</summary>
/// <param name="Processor">CPU seconds.</param>
/// <param name="Received">Bytes that came in at its namespace's interface.</param>
/// <param name="Sent">Bytes that went out there.</param>
internal sealed record Usage(double Processor, long Received, long Sent)
{
    private static readonly double TicksPerSecond = 100; // USER_HZ, the same on every architecture that .NET runs on (proc(5))

    public static Usage operator -(Usage one, Usage other) => new(one.Processor - other.Processor, one.Received - other.Received, one.Sent - other.Sent);

    // Fields 14 and 15 of stat, and the columns of net/dev, which a process sees for its own namespace (proc(5)).
    public static Usage Of(SiteNode node)
    {
        var id = node.Agent.ProcessId ?? throw new LabException($"The agent of {node.Name} is not running:\n{node.Agent.LastWords()}");
        var stat = File.ReadAllText($"/proc/{id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var port = File.ReadLines($"/proc/{id}/net/dev").Single(static line => line.TrimStart().StartsWith("eth0:", StringComparison.Ordinal));
        var counts = port[(port.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new Usage((Number(fields[11]) + Number(fields[12])) / TicksPerSecond, Number(counts[0]), Number(counts[8]));
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
