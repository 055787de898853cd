namespace Handcarry.Hosts.Node.Devices;

/// <summary>In which way a device is used.</summary>
public enum DeviceUseKind
{
    /// <summary>Mounted as a part of the running system, whether for writing or not.</summary>
    System,

    /// <summary>Mounted for writing.</summary>
    Mounted,

    /// <summary>Mounted, and written to by nobody.</summary>
    MountedReadOnly,

    /// <summary>Swap space.</summary>
    Swap,

    /// <summary>Part of a volume: LVM, RAID, multipath, encryption, or another device made out of it.</summary>
    Held,
}
