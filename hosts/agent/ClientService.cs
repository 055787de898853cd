using Akka.Actor;
using Handcarry.Actors.Protocol;

namespace Handcarry.Agent;

/// <summary>What clients reach through the receptionist of any node: it hands their questions to the supervisor, which answers them itself.</summary>
internal sealed class ClientService : ReceiveActor
{
    public ClientService(IActorRef supervisor)
    {
        Receive<GetStatus>(supervisor.Forward);
        Receive<JudgeBundle>(supervisor.Forward);
    }
}
