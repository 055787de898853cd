using Handcarry.Hosts.Node.Processes;

namespace Handcarry.Hosts.Node.Tests;

/// <summary>Programs that tests use and a machine may lack.</summary>
internal static class Tool
{
    private static readonly SystemProcessRunner Runner = new(TimeProvider.System);

    public static void Need(params string[] programs)
    {
        foreach (var program in programs)
            Skip.IfNot(IsThere(program), $"{program} is not installed");
    }

    public static void NeedRoot() => Skip.IfNot(Environment.IsPrivilegedProcess, "only root can do this");

    /// <summary>Runs a program that must succeed; its output.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var result = await TryAsync(program, arguments);
        Assert.True(result.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {result.ExitCode}: {result.ErrorTail}");
        return result.Output.TrimEnd('\n');
    }

    public static async Task<ProcessResult> TryAsync(string program, params string[] arguments) =>
        await Runner.RunAsync(new ProcessCommand(program, arguments), CancellationToken.None);

    private static bool IsThere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/sbin").Any(folder => File.Exists(Path.Combine(folder, program)));
}
