using Handcarry.Hosts.Node.Arming;

namespace Handcarry.Agent;

/// <summary>An agent restarts the runtime of a node only where that was configured: it ends what the kubelet is just doing.</summary>
/// <param name="command">What a person gives instead; null for the restart itself.</param>
internal sealed class NeverUnasked(string? command = null) : IRestartPermission
{
    public ValueTask<RestartPermit> AskAsync(string unit, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new RestartPermit($"When this node is healthy and no upgrade runs, give {command ?? $"systemctl restart {unit}"} on it, on one node at a time; or set arming.restart to oneAtATime."));
}
