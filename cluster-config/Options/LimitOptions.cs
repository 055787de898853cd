namespace Handcarry.ClusterConfig.Options;

/// <summary>Section <c>limits</c>: what bounds memory, whatever a bundle says, and the network.</summary>
public sealed record LimitOptions
{
    /// <summary><c>limits.maxInventoryBytes</c>, default 64MiB, 64KiB to 1GiB: the largest inventory accepted, in bytes.</summary>
    public long MaxInventoryBytes { get; init; } = 64L << 20;

    /// <summary><c>limits.parallelDraws</c>, default 3, 1 to 32: how many blobs are drawn from a holder at the same time.</summary>
    public int ParallelDraws { get; init; } = 3;

    /// <summary><c>limits.reserveBytes</c>, default 256MiB, up to 1TiB: how many bytes stay free on the file system of the blobs when a whole bundle is there.</summary>
    public long ReserveBytes { get; init; } = 256L << 20;

    /// <summary><c>limits.nodeBytesPerSecond</c>, default 0B, up to 1TiB: how many bytes a second a node draws from others; 0B is no limit.</summary>
    public long NodeBytesPerSecond { get; init; }

    /// <summary>
    /// <c>limits.siteBytesPerSecond</c>, default 0B, up to 1TiB: how many bytes a second all nodes together draw from each other; 0B is no limit.
    /// That of the node on which the supervisor runs holds, so it is the same on all.
    /// </summary>
    public long SiteBytesPerSecond { get; init; }
}
