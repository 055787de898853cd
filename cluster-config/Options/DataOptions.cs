namespace Handcarry.ClusterConfig.Options;

/// <summary>Section <c>data</c>: the endpoint from which other nodes draw blobs (HTTP/1.1, mutual TLS 1.3).</summary>
public sealed record DataOptions
{
    /// <summary>Port when none is given.</summary>
    public const int DefaultPort = 9241;

    /// <summary><c>data.host</c>, default <c>remoting.host</c>: the address the endpoint listens on and is reached at by the others.</summary>
    public required string Host { get; init; }

    /// <summary><c>data.port</c>, default 9241; 0 takes any free port.</summary>
    public int Port { get; init; } = DefaultPort;
}
