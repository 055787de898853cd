using Handcarry.Hosts.Node.Arming;

namespace Handcarry.Cli.Commands;

/// <summary>A restart is permitted by the person at the command line, who is told what to look at first.</summary>
internal sealed class AskedRestart(bool asked) : IRestartPermission
{
    public ValueTask<RestartPermit> AskAsync(string unit, CancellationToken cancellationToken) => ValueTask.FromResult(new RestartPermit(asked
        ? null
        : $"{unit} is not restarted unasked. When this node is healthy and no upgrade runs, give the same command with --restart, on one node at a time."));
}
