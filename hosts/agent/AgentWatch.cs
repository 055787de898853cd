using Akka.Actor;
using Akka.Event;

namespace Handcarry.Agent;

/// <summary>
/// Ends the process when the node's agent has stopped: a persistent actor does so for good when its journal fails. The service manager starts the
/// process anew, and the agent goes on from what the journal has.
/// </summary>
internal sealed class AgentWatch : ReceiveActor
{
    public AgentWatch(IActorRef agent)
    {
        Context.Watch(agent);
        Receive<Terminated>(_ =>
        {
            Context.GetLogger().Error("The node's agent has stopped, most likely because its journal cannot be read or written; the process ends to be started again.");
            CoordinatedShutdown.Get(Context.System).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        });
    }
}
