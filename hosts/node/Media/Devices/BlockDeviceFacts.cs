namespace Handcarry.Hosts.Node.Media.Devices;

/// <summary>What is known of a disk or partition that was inserted, before it is opened.</summary>
public sealed record BlockDeviceFacts
{
    /// <summary>The node, such as <c>/dev/sdb1</c>.</summary>
    public required string Node { get; init; }

    /// <summary>Device number.</summary>
    public required uint Major { get; init; }

    /// <summary>Device number.</summary>
    public required uint Minor { get; init; }

    /// <summary>The number of this insertion (DISKSEQ, Linux 5.15); null on kernels without it.</summary>
    public ulong? DiskSequence { get; init; }

    /// <summary>Bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Type of the file system, as udev calls it (ID_FS_TYPE); null when there is none that it knows.</summary>
    public string? FileSystem { get; init; }
}
