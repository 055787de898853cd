namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>The reason words for what is on a device and not read; others are in <see cref="Streams.Content.Reasons"/>.</summary>
public static class VolumeReasons
{
    /// <summary>The file system is of a type that this kernel has no driver for.</summary>
    public const string FileSystemUnknown = nameof(FileSystemUnknown);

    /// <summary>The file system is of a type that the setting <c>media.filesystems</c> does not have.</summary>
    public const string FileSystemNotAllowed = nameof(FileSystemNotAllowed);

    /// <summary>The kernel refused to mount the file system, or to list its top folder.</summary>
    public const string MountFailed = nameof(MountFailed);

    /// <summary>What the setting <c>media.bundle</c> names is not there, or has no bundle on it.</summary>
    public const string BundleMissing = nameof(BundleMissing);

    /// <summary>The folder in which udev keeps what it knows of devices is not visible to the agent.</summary>
    public const string UdevNotesMissing = nameof(UdevNotesMissing);

    /// <summary>Something is called as a bundle and is no regular file.</summary>
    public const string NotAFile = nameof(NotAFile);
}
