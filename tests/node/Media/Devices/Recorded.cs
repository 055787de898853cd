using Handcarry.Hosts.Node.Media.Devices;

namespace Handcarry.Hosts.Node.Tests.Media.Devices;

/// <summary>Properties of events of udev as they were recorded, and what is made of them.</summary>
internal static class Recorded
{
    /// <summary>A stick with one FAT partition: the disk, which has no file system but a table.</summary>
    public const string StickDisk =
        """
        ACTION=add DEVPATH=/devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host6/target6:0:0/6:0:0:0/block/sdb SUBSYSTEM=block DEVNAME=/dev/sdb DEVTYPE=disk
        DISKSEQ=17 MAJOR=8 MINOR=16 SEQNUM=2001 USEC_INITIALIZED=412345678 ID_BUS=usb ID_VENDOR=SanDisk ID_MODEL=Ultra_Fit ID_PART_TABLE_TYPE=dos
        DEVLINKS=/dev/disk/by-id/usb-SanDisk_Ultra_Fit_4C530001-0:0;/dev/disk/by-diskseq/17 TAGS=:systemd: CURRENT_TAGS=:systemd:
        """;

    /// <summary>Its partition.</summary>
    public const string StickPartition =
        """
        ACTION=add DEVPATH=/devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host6/target6:0:0/6:0:0:0/block/sdb/sdb1 SUBSYSTEM=block DEVNAME=/dev/sdb1
        DEVTYPE=partition DISKSEQ=17 PARTN=1 MAJOR=8 MINOR=17 SEQNUM=2002 ID_BUS=usb ID_FS_TYPE=vfat ID_FS_USAGE=filesystem ID_FS_LABEL=FIELDSTICK ID_FS_UUID=1234-ABCD
        ID_FS_VERSION=FAT32 TAGS=:systemd:
        """;

    /// <summary>exFAT on the whole stick, whose boot sector udev also takes for a table of partitions.</summary>
    public const string ExfatStick =
        """
        ACTION=add DEVNAME=/dev/sdb DEVTYPE=disk DISKSEQ=17 MAJOR=8 MINOR=16 SEQNUM=2001 SUBSYSTEM=block ID_BUS=usb ID_PART_TABLE_TYPE=dos ID_FS_TYPE=exfat
        ID_FS_USAGE=filesystem ID_FS_UUID=AAAA-BBBB
        """;

    /// <summary>A tar written raw: nothing is known of it.</summary>
    public const string RawStick = "ACTION=add DEVNAME=/dev/sdb DEVTYPE=disk DISKSEQ=17 MAJOR=8 MINOR=16 SEQNUM=2001 SUBSYSTEM=block ID_BUS=usb";

    /// <summary>A second disc in a drive that stays.</summary>
    public const string SecondDisc =
        """
        ACTION=change DEVNAME=/dev/sr0 DEVTYPE=disk DISKSEQ=19 DISK_MEDIA_CHANGE=1 MAJOR=11 MINOR=0 SEQNUM=2040 SUBSYSTEM=block ID_CDROM=1 ID_CDROM_MEDIA=1
        ID_FS_TYPE=iso9660 ID_FS_USAGE=filesystem ID_FS_LABEL=SECOND
        """;

    /// <summary>The drive without a disc.</summary>
    public const string EmptyDrive = "ACTION=change DEVNAME=/dev/sr0 DEVTYPE=disk DISKSEQ=20 MAJOR=11 MINOR=0 SEQNUM=2050 SUBSYSTEM=block ID_CDROM=1 SYSTEMD_READY=0";

    /// <summary>A loop device whose file was taken away.</summary>
    public const string EmptyLoop = "ACTION=change DEVNAME=/dev/loop5 DEVTYPE=disk DISKSEQ=31 MAJOR=7 MINOR=5 SEQNUM=2060 SUBSYSTEM=block SYSTEMD_READY=0";

    public static Dictionary<string, string> Properties(string recorded) => recorded
        .Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
        .Select(static property => property.Split('=', 2))
        .ToDictionary(static property => property[0], static property => property[1].Replace(';', ' '), StringComparer.Ordinal);

    public static UdevEvent Event(string recorded) => UdevEvent.Parse(Properties(recorded))!;
}
