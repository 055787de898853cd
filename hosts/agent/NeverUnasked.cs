using Handcarry.Hosts.Node.Arming;

namespace Handcarry.Agent;

/// <summary>An agent restarts the runtime of a node by itself never: it ends what the kubelet is just doing, and only a person knows what else is going on.</summary>
internal sealed class NeverUnasked : IRestartPermission
{
    public ValueTask<RestartPermit> AskAsync(string unit, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new RestartPermit($"When this node is healthy and no upgrade runs, give systemctl restart {unit} on it, on one node at a time."));
}
