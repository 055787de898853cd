using System.Diagnostics;
using Handcarry.Lab.Site;

namespace Handcarry.Lab.Demo;

/// <summary>How long reading a bundle once takes on this machine: the yardstick for the whole upgrade.</summary>
/// <param name="Time">The time.</param>
/// <param name="Command">How it was measured.</param>
internal sealed record ReadOnce(TimeSpan Time, string Command)
{
    public static async Task<ReadOnce> MeasureAsync(string bundle, CancellationToken cancellationToken)
    {
        // Past the page cache, where the bundle still is from being written; a file system without O_DIRECT (tmpfs) has nothing behind the cache.
        string[] direct = [$"if={bundle}", "of=/dev/null", "bs=4M", "iflag=direct", "status=none"];
        string[] cached = [.. direct.Where(static argument => argument != "iflag=direct")];
        var started = Stopwatch.GetTimestamp();
        if ((await Tool.TryAsync("dd", direct, cancellationToken)).ExitCode == 0)
            return new ReadOnce(Stopwatch.GetElapsedTime(started), Tool.Command("dd", direct));
        started = Stopwatch.GetTimestamp();
        await Tool.RunAsync("dd", cached, cancellationToken);
        return new ReadOnce(Stopwatch.GetElapsedTime(started), Tool.Command("dd", cached));
    }
}
