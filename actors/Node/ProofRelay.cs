using Akka.Actor;

namespace Handcarry.Actors.Node;

/// <summary>Tells an actor how far a proof is.</summary>
/// <param name="agent">Is told.</param>
/// <param name="generation">Whose store is proved.</param>
internal sealed class ProofRelay(IActorRef agent, string generation) : IProgress<StoreProgress>
{
    public void Report(StoreProgress value) => agent.Tell(new Proving(generation, value), ActorRefs.NoSender);

    /// <summary>How far it is.</summary>
    internal sealed record Proving(string Generation, StoreProgress Progress);
}
