using Handcarry.ClusterConfig.Options;

namespace Handcarry.Cli.Connection;

/// <summary>Whom to ask, and with which certificate.</summary>
/// <param name="Contacts">Remoting endpoints of agents, at least one.</param>
/// <param name="Tls">PEM files.</param>
/// <param name="Token">Who asks: a bearer token of the cluster. Never shown.</param>
/// <param name="Timeout">How long an answer may take.</param>
internal sealed record ConnectionSettings(IReadOnlyList<Endpoint> Contacts, TlsOptions Tls, string Token, TimeSpan Timeout)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => $"{string.Join(',', Contacts)} {Tls} {Timeout}";
}
