namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>What a device may ask of a node before anything on it is trusted.</summary>
public sealed record VolumeOptions
{
    /// <summary>
    /// The types of file systems that are mounted, as udev calls them (ID_FS_TYPE; <c>vfat</c> is FAT of every width, <c>ntfs</c> is read by the kernel's
    /// ntfs3). Whatever is mounted is parsed by the kernel: the fewer, the less a crafted stick has to aim at.
    /// </summary>
    public IReadOnlyList<string> FileSystems { get; init; } = ["ext2", "ext3", "ext4", "xfs", "btrfs", "vfat", "exfat", "ntfs", "iso9660", "udf", "squashfs"];

    /// <summary>A folder of the agent's own, on a file system that can be mounted on. It is empty except for moments.</summary>
    public required string MountFolder { get; init; }

    /// <summary>Most names in the top folder that are looked at. Default 10,000.</summary>
    public int Entries { get; init; } = 10_000;

    /// <summary>Most bundles of one device. Default 16.</summary>
    public int Bundles { get; init; } = 16;

    /// <summary>Most bytes of a file that is taken for a bundle or a part of one; sparse files can be of any length. Default 1 TiB.</summary>
    public long FileSize { get; init; } = 1L << 40;

    /// <summary>How long it may take to see what is on a device. Default 30 s: a disc spins up in ten.</summary>
    public TimeSpan LookTime { get; init; } = TimeSpan.FromSeconds(30);
}
