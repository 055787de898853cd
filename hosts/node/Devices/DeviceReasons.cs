namespace Handcarry.Hosts.Node.Devices;

/// <summary>The reason words for what stands against writing or reading a device; others are in <see cref="Streams.Content.Reasons"/>.</summary>
public static class DeviceReasons
{
    /// <summary>There is no block device of that name, or no medium in it.</summary>
    public const string NotADevice = nameof(NotADevice);

    /// <summary>It, or a partition of it, is mounted, swap space, part of a volume or held by another program.</summary>
    public const string DeviceInUse = nameof(DeviceInUse);

    /// <summary>It is no medium that one pulls out.</summary>
    public const string DeviceFixed = nameof(DeviceFixed);

    /// <summary>It is on a disk of the running system.</summary>
    public const string SystemDisk = nameof(SystemDisk);

    /// <summary>It is a part of something larger (LVM, RAID, multipath, encryption), and means nothing by itself.</summary>
    public const string PartOfVolume = nameof(PartOfVolume);

    /// <summary>udev calls it not fit for use yet.</summary>
    public const string DeviceNotReady = nameof(DeviceNotReady);

    /// <summary>It cannot be written to.</summary>
    public const string DeviceReadOnly = nameof(DeviceReadOnly);

    /// <summary>The bundle is larger.</summary>
    public const string DeviceTooSmall = nameof(DeviceTooSmall);

    /// <summary>Another medium has come under the same name, or this one has gone.</summary>
    public const string DeviceChanged = nameof(DeviceChanged);

    /// <summary>It returned other bytes than were written.</summary>
    public const string ReadBackDiffers = nameof(ReadBackDiffers);
}
