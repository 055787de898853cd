namespace Handcarry.ClusterConfig.Options;

/// <summary>Section <c>remoting</c>: the endpoint of control messages (Akka.Remote, mutual TLS 1.2).</summary>
public sealed record RemotingOptions
{
    /// <summary>Port when none is given.</summary>
    public const int DefaultPort = 9240;

    /// <summary><c>remoting.host</c>, required: the address this agent listens on and is reached at by the others.</summary>
    public required string Host { get; init; }

    /// <summary><c>remoting.port</c>, default 9240; 0 takes any free port.</summary>
    public int Port { get; init; } = DefaultPort;
}
