using System.Diagnostics;
using System.Globalization;

namespace Handcarry.Bench.Create;

/// <summary>What a folder takes of the disk.</summary>
internal static class DiskUse
{
    /// <summary>Bytes of all allocated blocks, as du(1) counts them; 0 when the folder changes too fast to be counted.</summary>
    public static long Of(string folder)
    {
        using var du = Process.Start(new ProcessStartInfo("du", ["--summarize", "--block-size=1", folder]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var text = du.StandardOutput.ReadToEnd();
        du.WaitForExit();
        return long.TryParse(text.Split('\t')[0], CultureInfo.InvariantCulture, out var bytes) ? bytes : 0;
    }
}
