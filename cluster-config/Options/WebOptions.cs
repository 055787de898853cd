namespace Handcarry.ClusterConfig.Options;

/// <summary>Section <c>web</c>: the read-only page, the metrics and the probes, by plain HTTP. Nothing can be changed through it.</summary>
public sealed record WebOptions
{
    /// <summary>Port when none is given.</summary>
    public const int DefaultPort = 9243;

    /// <summary><c>web.listen</c>, default <c>data.listen</c>: the address of this machine that it listens on.</summary>
    public required string Listen { get; init; }

    /// <summary><c>web.port</c>, default 9243; 0 takes any free port, null (<c>off</c>) serves nothing.</summary>
    public int? Port { get; init; } = DefaultPort;
}
