using Handcarry.ClusterConfig.Options;

namespace Handcarry.Cli.Connection;

/// <summary>Whom to ask, and with which certificate.</summary>
/// <param name="Contacts">Endpoints of agents: those of remoting, or with a door those of that. None: the agents' pods are asked for.</param>
/// <param name="Tls">PEM files.</param>
/// <param name="Token">Who asks: a bearer token of the cluster. Never shown.</param>
/// <param name="Timeout">How long an answer may take.</param>
internal sealed record ConnectionSettings(IReadOnlyList<Endpoint> Contacts, TlsOptions Tls, TokenSource Token, TimeSpan Timeout)
{
    /// <summary>How to come in with the certificate of a client; null with an agent's, which ClusterClient takes.</summary>
    public DoorSettings? Door { get; init; }

    /// <summary>Without the token.</summary>
    public override string ToString() => $"{string.Join(',', Contacts)} {Tls} {Timeout}";
}
