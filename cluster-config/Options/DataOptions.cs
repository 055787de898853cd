namespace Handcarry.ClusterConfig.Options;

/// <summary>
/// Section <c>data</c>: the endpoint from which other nodes draw blobs (HTTP/1.1, mutual TLS 1.3), and the one for the node's own container
/// tools (plain HTTP on 127.0.0.1, read-only).
/// </summary>
public sealed record DataOptions
{
    /// <summary>Port when none is given.</summary>
    public const int DefaultPort = 9241;

    /// <summary>Loopback port when none is given.</summary>
    public const int DefaultLoopbackPort = 9242;

    /// <summary><c>data.host</c>, default <c>remoting.host</c>: the address at which the others reach the endpoint.</summary>
    public required string Host { get; init; }

    /// <summary><c>data.listen</c>, default <c>data.host</c>: the address of this machine that the endpoint listens on.</summary>
    public string Listen { get => field ?? Host; init; }

    /// <summary><c>data.port</c>, default 9241; 0 takes any free port.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary><c>data.loopbackPort</c>, default 9242; 0 takes any free port, null (<c>off</c>) serves nothing on loopback.</summary>
    public int? LoopbackPort { get; init; } = DefaultLoopbackPort;

    /// <summary>
    /// <c>data.keepBundles</c>, default 1, 1 to 10: of how many releases that ran the blobs stay when an upgrade is finished, the running one among them. Another bundle that needs the room has all of them but
    /// those of the running one.
    /// </summary>
    public int KeepBundles { get; init; } = 1;
}
