using System.Globalization;
using Handcarry.Hosts.Node.Devices;

namespace Handcarry.Hosts.Node.Media.Devices;

/// <summary>Looks at the block devices as they are now. Nothing is opened.</summary>
/// <param name="sysRoot">Where sysfs is mounted.</param>
/// <param name="udevProperties">What udev has noted of the device of a number such as <c>8:17</c>; null when it is not done with it.</param>
internal sealed class BlockDeviceCensus(string sysRoot, Func<string, IReadOnlyDictionary<string, string>?> udevProperties)
{
    private const long SectorSize = 512; // of the size attribute, whatever the device's own (Documentation/ABI/stable/sysfs-block)

    /// <summary>All devices with a medium.</summary>
    public BlockDeviceEvent.Listed List()
    {
        // The number first: what changes from here on makes an event with a higher one.
        var stamp = LastEvent();
        var devices = Directory.EnumerateFileSystemEntries(Path.Combine(sysRoot, "class/block"))
            .Select(SysDevice.At).OfType<SysDevice>()
            .Select(device => Facts(device, udevProperties(device.Number))).OfType<BlockDeviceFacts>();
        return new BlockDeviceEvent.Listed(stamp, [.. devices.OrderBy(device => device.Name, StringComparer.Ordinal)]);
    }

    /// <summary>
    /// What an event of udev says, with what the kernel knows of the device. When that has gone on since, to another medium or to none, then the one the event
    /// speaks of is gone; what there is now has an event of its own.
    /// </summary>
    public BlockDeviceEvent.Changed Resolve(UdevEvent told)
    {
        var device = told.Removed ? null : SysDevice.At(Path.Combine(sysRoot, "class/block", told.Name.Replace('/', '!')));
        var facts = device is null ? null : Facts(device, told.Properties);
        var same = told.Sequence is null || facts?.DiskSequence is null || told.Sequence == facts.DiskSequence;
        return new BlockDeviceEvent.Changed(told.Stamp, told.Name, same ? facts : null);
    }

    private ulong LastEvent() =>
        ulong.Parse(File.ReadAllText(Path.Combine(sysRoot, "kernel/uevent_seqnum")), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);

    private static BlockDeviceFacts? Facts(SysDevice device, IReadOnlyDictionary<string, string>? udev)
    {
        var number = device.Number.Split(':');
        var size = device.ReadNumber("size") * SectorSize;
        if (size == 0 || number.Length != 2)
            return null;
        var disk = device.Disk;
        string Property(string key) => udev?.GetValueOrDefault(key) ?? "";
        // An empty drive may tell the size of a disc that it had, or just any (sr_open, get_sectorsize in drivers/scsi/sr.c).
        if (Property("ID_CDROM") == "1" && Property("ID_CDROM_MEDIA") != "1")
            return null;
        return new BlockDeviceFacts
        {
            Node = device.Node,
            Major = uint.Parse(number[0], CultureInfo.InvariantCulture),
            Minor = uint.Parse(number[1], CultureInfo.InvariantCulture),
            DiskSequence = disk.ReadNumber("diskseq") is > 0 and var sequence ? (ulong)sequence : null,
            Size = size,
            Disk = device.IsPartition ? disk.Node : null,
            Probed = udev is not null,
            Ready = Property("SYSTEMD_READY") != "0",
            FileSystem = udev?.GetValueOrDefault("ID_FS_TYPE"),
            Usage = Property("ID_FS_USAGE"),
            Label = Property("ID_FS_LABEL"),
            Uuid = Property("ID_FS_UUID"),
            HasTable = Property("ID_PART_TABLE_TYPE").Length > 0,
            IsMultipathPath = Property("DM_MULTIPATH_DEVICE_PATH") == "1",
            Links = Property("DEVLINKS").Split(' ', StringSplitOptions.RemoveEmptyEntries),
        };
    }
}
