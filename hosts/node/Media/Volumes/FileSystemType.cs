namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>How the kernel mounts a file system without writing to it or trusting what it says of itself.</summary>
/// <param name="Driver">Name of the kernel's driver.</param>
/// <param name="Options">The mount options of its own.</param>
internal sealed record FileSystemType(string Driver, string Options)
{
    /// <summary>
    /// By udev's name of the type (ID_FS_TYPE).
    /// <list type="bullet">
    /// <item>ext: a journal is replayed even into a read-only mount, so <c>norecovery</c> (ext4(5), also for what was made as ext3; ext2 has no journal and
    /// refuses the option). The superblock may ask for a panic of the kernel at an error, <c>errors=continue</c> overrides that (ext4(5)).</item>
    /// <item>xfs: <c>norecovery</c> for the log, <c>nouuid</c> so that a copy of a stick can be read beside it (xfs(5)).</item>
    /// <item>btrfs: the log tree is replayed unless <c>rescue=nologreplay</c> (btrfs(5); Linux 5.9).</item>
    /// <item>The others keep no journal, or, as ntfs3, replay it only in memory when read-only.</item>
    /// </list>
    /// </summary>
    public static FileSystemType Of(string udevType) => udevType switch
    {
        "ext2" => new(udevType, "errors=continue"),
        "ext3" or "ext4" => new(udevType, "norecovery,errors=continue"),
        "xfs" => new(udevType, "norecovery,nouuid"),
        "btrfs" => new(udevType, "rescue=nologreplay"),
        "ntfs" => new("ntfs3", ""),
        _ => new(udevType, ""),
    };
}
