using System.Diagnostics;
using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests.Loading;

/// <summary>
/// A call of the agent to the kernel at which it is killed, before the call does anything: what comes before is done, what comes after is not. strace(1) stands by the real agent and delivers the
/// signal, so the agent itself knows of nothing.
/// </summary>
/// <param name="Calls">The calls, by strace's names, comma-separated.</param>
/// <param name="Path">The file that the call is about, the first one where there are two; null for any. A name relative to an open folder is not known by its path: then what is done with the open file.</param>
internal sealed record KillPoint(string Calls, Func<SiteNode, string>? Path)
{
    private const string Killed = "+++ killed by SIGKILL +++";

    public static bool IsPossible => File.Exists("/usr/bin/strace");

    /// <summary>Stands by the agent of a node from now on.</summary>
    /// <returns>Waits for the agent's end and tells whether it was killed here.</returns>
    public async Task<Func<Task<bool>>> LieInWaitAsync(SiteNode node, CancellationToken cancellationToken)
    {
        var (id, trace) = (node.Agent.ProcessId!.Value, $"{node.Root}.trace");
        var start = new ProcessStartInfo("strace", ["-f", "-o", trace, "-e", $"trace={Calls}", "-e", $"inject={Calls}:signal=SIGKILL", .. Path is null ? (string[])[] : ["-P", Path(node)], "-p", $"{id}"])
        {
            RedirectStandardError = true,
        };
        var strace = Process.Start(start)!;
        if (await strace.StandardError.ReadLineAsync(cancellationToken) is not { } said || !said.Contains(" attached", StringComparison.Ordinal))
            throw new LabException($"strace cannot watch the agent of {node.Name}: {await strace.StandardError.ReadToEndAsync(cancellationToken)}");
        var ending = strace.StandardError.ReadToEndAsync(cancellationToken);
        return async () =>
        {
            using (strace)
            {
                await strace.WaitForExitAsync(cancellationToken);
                await ending;
            }
            return File.ReadLines(trace).Any(line => line.StartsWith($"{id} ", StringComparison.Ordinal) && line.EndsWith(Killed, StringComparison.Ordinal));
        };
    }
}
