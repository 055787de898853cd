using System.ComponentModel;
using System.Diagnostics;

namespace Handcarry.Agent.Tests;

/// <summary>Prometheus' own judge of metrics and rules, from the Debian package prometheus.</summary>
internal static class Promtool
{
    /// <summary>What it says, when it objects; skips the test where it is not installed.</summary>
    public static async Task<string> ObjectionAsync(string input, params string[] arguments)
    {
        using var process = Start(arguments);
        var said = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? "" : await said + await output;
    }

    private static Process Start(string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("promtool", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception)
        {
            Skip.If(true, "there is no promtool (Debian package prometheus) to judge with");
            throw;
        }
    }
}
