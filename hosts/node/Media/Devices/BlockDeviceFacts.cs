namespace Handcarry.Hosts.Node.Media.Devices;

/// <summary>A disk or partition with a medium, as the kernel (sysfs) and udev (its properties) describe it at one moment.</summary>
public sealed record BlockDeviceFacts
{
    /// <summary>Its node, such as <c>/dev/sdb1</c>.</summary>
    public required string Node { get; init; }

    /// <summary>Device number.</summary>
    public required uint Major { get; init; }

    /// <summary>Device number.</summary>
    public required uint Minor { get; init; }

    /// <summary>
    /// The number of this insertion (<c>DISKSEQ</c>), which the kernel never gives twice and a partition has from its disk; null before Linux 5.15.
    /// </summary>
    public ulong? DiskSequence { get; init; }

    /// <summary>Bytes, more than 0.</summary>
    public required long Size { get; init; }

    /// <summary>The node of the disk that it is a partition of; null for a disk.</summary>
    public string? Disk { get; init; }

    /// <summary>Whether udev is done with it. What follows is known only then.</summary>
    public bool Probed { get; init; }

    /// <summary>Whether udev calls it fit for use (<c>SYSTEMD_READY</c>): not half of a RAID, not a path of a multipath device.</summary>
    public bool Ready { get; init; } = true;

    /// <summary>What is on it, such as <c>ext4</c> or <c>vfat</c> (<c>ID_FS_TYPE</c>); null when udev recognised nothing: raw, or blank.</summary>
    public string? FileSystem { get; init; }

    /// <summary>The kind of that: <c>filesystem</c>, <c>raid</c>, <c>crypto</c> or <c>other</c> (<c>ID_FS_USAGE</c>); or empty.</summary>
    public string Usage { get; init; } = "";

    /// <summary>Its name (<c>ID_FS_LABEL</c>), in which udev has replaced what is not printable; or empty.</summary>
    public string Label { get; init; } = "";

    /// <summary>Its identifier (<c>ID_FS_UUID</c>), or empty.</summary>
    public string Uuid { get; init; } = "";

    /// <summary>
    /// Whether udev saw a table of partitions (<c>ID_PART_TABLE_TYPE</c>). It also takes the boot sector of FAT and exFAT for one
    /// (reference/devices.md section 1, pitfall 12).
    /// </summary>
    public bool HasTable { get; init; }

    /// <summary>Whether it is one of several ways to a disk (<c>DM_MULTIPATH_DEVICE_PATH</c>).</summary>
    public bool IsMultipathPath { get; init; }

    /// <summary>The links to the node below /dev (<c>DEVLINKS</c>), such as <c>/dev/disk/by-id/usb-...</c>.</summary>
    public IReadOnlyList<string> Links { get; init; } = [];

    /// <summary>The kernel's name, such as <c>sdb1</c>.</summary>
    public string Name => Node["/dev/".Length..];

    /// <summary>Device number as the kernel writes it, such as <c>8:17</c>.</summary>
    public string Number => $"{Major}:{Minor}";

    /// <summary>Whether <paramref name="other"/> is this device with, as far as anybody knows, the same content.</summary>
    public bool IsSameMedium(BlockDeviceFacts other) =>
        (Node, Number, DiskSequence, Size, FileSystem, Uuid, Label, Ready) ==
        (other.Node, other.Number, other.DiskSequence, other.Size, other.FileSystem, other.Uuid, other.Label, other.Ready);
}
