namespace Handcarry.Actors.Protocol.Clients;

/// <summary>
/// The only thing that clients send: who asks, and for what. Each agent that answers judges the token itself, also when another agent has passed the request on.
/// </summary>
/// <param name="Token">Bearer token of the user at the cluster's API server. It is never written anywhere.</param>
/// <param name="Command">What is asked for.</param>
public sealed record ClientRequest(string Token, ClientCommand Command) : IWireMessage
{
    /// <summary>Whether an agent passes it on; it goes no further then.</summary>
    public bool Relayed { get; init; }

    /// <summary>Without the token: what is printed ends in logs.</summary>
    public override string ToString() => $"{nameof(ClientRequest)} {Command}";
}
