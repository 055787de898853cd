namespace Handcarry.ClusterConfig.Options;

/// <summary>
/// Section <c>clients</c>: the door of <c>handcarry</c> with a certificate of <c>handcarry login</c>, by mutual TLS 1.3. The same port is opened on loopback, where what
/// the API server forwards to a pod in the node's network arrives.
/// </summary>
public sealed record ClientsOptions
{
    /// <summary>Port when none is given.</summary>
    public const int DefaultPort = 9244;

    /// <summary>Name of the port in the agents' pods.</summary>
    public const string PortName = "clients";

    /// <summary><c>clients.listen</c>, default <c>data.listen</c>: the address of this machine that it listens on.</summary>
    public string Listen { get; init; } = "127.0.0.1";

    /// <summary><c>clients.port</c>, default 9244; 0 takes any free port, null (<c>off</c>) opens no door.</summary>
    public int? Port { get; init; } = DefaultPort;
}
