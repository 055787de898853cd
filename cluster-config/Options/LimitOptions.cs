namespace Handcarry.ClusterConfig.Options;

/// <summary>Section <c>limits</c>: what bounds memory, whatever a bundle says, and the network.</summary>
public sealed record LimitOptions
{
    /// <summary><c>limits.maxInventoryBytes</c>, default 64MiB, 64KiB to 1GiB: the largest inventory accepted, in bytes.</summary>
    public long MaxInventoryBytes { get; init; } = 64L << 20;

    /// <summary><c>limits.parallelDraws</c>, default 8, 1 to 32: how many blobs are begun, received or made durable at the same time.</summary>
    public int ParallelDraws { get; init; } = 8;

    /// <summary><c>limits.reserveBytes</c>, default 256MiB, up to 1TiB: how many bytes stay free on the file system of the blobs when a whole bundle is there.</summary>
    public long ReserveBytes { get; init; } = 256L << 20;

    /// <summary><c>limits.nodeBytesPerSecond</c>, default 0B, up to 1TiB: how many bytes a second a node draws from others; 0B is no limit.</summary>
    public long NodeBytesPerSecond { get; init; }

    /// <summary><c>limits.sendBytesPerSecond</c>, default 0B, up to 1TiB: how many bytes a second a node sends to all others together; 0B is no limit.</summary>
    public long SendBytesPerSecond { get; init; }

    /// <summary>Value of <see cref="PressureFolder"/>: nobody asks how hard the node has it.</summary>
    public const string Off = "off";

    /// <summary>
    /// <c>limits.pressureFolder</c>, default <c>/proc/pressure</c>: where this process sees the kernel's files of pressure, <c>io</c>, <c>cpu</c> and <c>memory</c>, or those of a
    /// control group; <c>off</c>: carrying yields to nobody.
    /// </summary>
    public string PressureFolder { get; init; } = "/proc/pressure";

    /// <summary><c>limits.yieldAtIo</c>, default 20, 0 to 100: percent of time that others wait for disks from which on less is carried; 0: it does not matter.</summary>
    public int YieldAtIo { get; init; } = 20;

    /// <summary><c>limits.yieldAtCpu</c>, default 40, 0 to 100: the same for processors.</summary>
    public int YieldAtCpu { get; init; } = 40;

    /// <summary><c>limits.yieldAtMemory</c>, default 10, 0 to 100: the same for memory.</summary>
    public int YieldAtMemory { get; init; } = 10;

    /// <summary><c>limits.yieldAtEtcdFsync</c>, default 100ms, 1ms to 1m: how long etcd's slower writes to its log may take before less is carried.</summary>
    public TimeSpan YieldAtEtcdFsync { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary><c>limits.yieldFloor</c>, default 4MB, 1kB to 1TiB: how many bytes a second are carried however hard the node has it.</summary>
    public long YieldFloor { get; init; } = 4_000_000;

    /// <summary><c>limits.etcdMetrics</c>, default empty: URL of the metrics of this node's etcd in plain HTTP; empty: etcd is not asked.</summary>
    public string EtcdMetrics { get; init; } = "";

    /// <summary>
    /// <c>limits.siteBytesPerSecond</c>, default 0B, up to 1TiB: how many bytes a second all nodes together draw from each other; 0B is no limit.
    /// That of the node on which the supervisor runs holds, so it is the same on all.
    /// </summary>
    public long SiteBytesPerSecond { get; init; }
}
