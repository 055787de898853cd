using System.Text;
using System.Text.RegularExpressions;

namespace Handcarry.Hosts.Node.Storage;

/// <summary>What is mounted where, as this process sees it.</summary>
internal static partial class MountTable
{
    /// <summary>The mount points at or below <paramref name="folder"/>, the innermost first (proc_pid_mountinfo(5), field 5, octal escapes undone).</summary>
    public static IReadOnlyList<string> Below(string folder)
    {
        var points = File.ReadLines("/proc/self/mountinfo", Encoding.UTF8)
            .Select(static line => Escape().Replace(line.Split(' ')[4], static match => $"{(char)Convert.ToInt32(match.Groups[1].Value, 8)}"))
            .Where(point => point == folder || point.StartsWith(folder + "/", StringComparison.Ordinal));
        return [.. points.Reverse()];
    }

    [GeneratedRegex(@"\\([0-7]{3})")]
    private static partial Regex Escape();
}
