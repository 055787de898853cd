using System.Diagnostics;

namespace Handcarry.Deploy.Tests;

/// <summary>Runs programs of this machine.</summary>
internal static class ShellTool
{
    /// <summary>How it ended and all that it said, output and errors.</summary>
    public static async Task<(int Exit, string Said)> TryAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" 2>&1 </dev/null", program, .. arguments]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, said);
    }

    /// <summary>What it said; throws when it did not end with 0.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (exit, said) = await TryAsync(program, arguments);
        return exit == 0 ? said : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {exit}:\n{said}");
    }

    /// <summary>Whether this machine has a program.</summary>
    public static bool Has(string program) =>
        ((string[])["/usr/sbin", "/usr/bin", "/sbin", "/bin"]).Any(folder => File.Exists(Path.Combine(folder, program)));
}
