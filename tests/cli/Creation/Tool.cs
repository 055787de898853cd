using System.Diagnostics;

namespace Handcarry.Cli.Tests.Creation;

/// <summary>Programs of this machine that look at what was made.</summary>
internal static class Tool
{
    /// <summary>What a program says that must succeed, run in a folder.</summary>
    public static async Task<string> RunAsync(string program, string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await error}");
        return output;
    }
}
