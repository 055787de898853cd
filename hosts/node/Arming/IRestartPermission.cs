namespace Handcarry.Hosts.Node.Arming;

/// <summary>Who decides whether the runtime of this node may be restarted now: the node is healthy, no upgrade runs, and no other node does it.</summary>
public interface IRestartPermission
{
    /// <summary>Asks. A permit that is granted is disposed when the service is back or has failed.</summary>
    ValueTask<RestartPermit> AskAsync(string unit, CancellationToken cancellationToken);
}
