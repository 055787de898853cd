using System.Globalization;
using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Devices;

/// <summary>The disks and partitions of this machine, out of sysfs and procfs. Nothing is opened or changed.</summary>
/// <param name="sysRoot">Where sysfs is mounted.</param>
/// <param name="procRoot">Where procfs is mounted.</param>
public sealed class BlockDevices(string sysRoot = "/sys", string procRoot = "/proc")
{
    private const long SectorSize = 512; // of the size attribute, whatever the device's own (Documentation/ABI/stable/sysfs-block)

    /// <summary>The device that <paramref name="path"/> or the link there, such as one in /dev/disk/by-id, stands for.</summary>
    /// <exception cref="ContentException"><see cref="DeviceReasons.NotADevice"/>.</exception>
    public DeviceFacts Find(string path)
    {
        var node = new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : Path.GetFullPath(path);
        var device = FileStatus.Of(node) switch
        {
            null => throw No($"There is no {path}. Is the stick plugged in? `lsblk` shows what is."),
            { IsBlockDevice: false } => throw No($"{path} is not a block device. Name a disk such as /dev/sdX; `lsblk` shows them."),
            { } status => At($"{status.DeviceMajor}:{status.DeviceMinor}"),
        };
        return device is null
            ? throw No($"The kernel does not know the device behind {path}. Plug it in again.")
            : Facts(device) with { Path = node };
    }

    /// <summary>The node of the disk that <paramref name="device"/> is a partition of; null for a disk.</summary>
    public string? DiskOf(DeviceFacts device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return At($"{device.Major}:{device.Minor}") is { IsPartition: true } partition ? partition.Disk.Node : null;
    }

    /// <summary>The disks that can be pulled out and have a medium, idle or not, by name.</summary>
    public IReadOnlyList<DeviceFacts> Removable() =>
    [
        .. Directory.EnumerateFileSystemEntries(Path.Combine(sysRoot, "class/block")).Order(StringComparer.Ordinal)
            .Select(SysDevice.At).OfType<SysDevice>().Where(device => !device.IsPartition).Select(Facts)
            .Where(facts => facts is { Removable: true, Size: > 0 }),
    ];

    /// <summary>The device of this number, such as <c>8:16</c>; null when there is none.</summary>
    internal DeviceFacts? Of(string number) => At(number) is { } device ? Facts(device) : null;

    private SysDevice? At(string number) => SysDevice.At(Path.Combine(sysRoot, "dev/block", number));

    private DeviceFacts Facts(SysDevice device)
    {
        var disk = device.Disk;
        var number = device.Number.Split(':');
        var above = disk.Ancestors.TakeWhile(folder => folder.Folder.Length > sysRoot.Length).ToList();
        var subsystems = above.Select(folder => folder.Subsystem).ToHashSet(StringComparer.Ordinal);
        var usb = above.Find(folder => folder.Subsystem == "usb" && folder.Read("idVendor").Length > 0);
        var bus = usb is not null ? "usb" : Array.Find(["mmc", "nvme", "virtio", "scsi"], subsystems.Contains) ?? "virtual";
        return new DeviceFacts
        {
            Path = device.Node,
            Major = uint.Parse(number[0], CultureInfo.InvariantCulture),
            Minor = uint.Parse(number[1], CultureInfo.InvariantCulture),
            Size = device.ReadNumber("size") * SectorSize,
            BlockSize = (int)disk.ReadNumber("queue/logical_block_size"),
            ReadOnly = device.ReadNumber("ro") != 0 || disk.ReadNumber("ro") != 0,
            Removable = disk.ReadNumber("removable") != 0
                || (usb is not null && usb.Read("removable") != "fixed")
                || (bus == "mmc" && disk.Read("device/type") == "SD"),
            Bus = bus,
            Vendor = First(disk.Read("device/vendor"), usb?.Read("manufacturer")),
            Model = First(disk.Read("device/model"), disk.Read("device/name"), usb?.Read("product")),
            Serial = First(usb?.Read("serial"), disk.Read("device/serial"), disk.Read("serial")),
            Sequence = disk.ReadNumber("diskseq") is > 0 and var sequence ? (ulong)sequence : null,
            Uses = [.. new DeviceUses(sysRoot, procRoot).OfDisk(disk)],
        };
    }

    private static string First(params string?[] texts) => Array.Find(texts, text => !string.IsNullOrEmpty(text)) ?? "";

    private static ContentException No(string sentence) => new(DeviceReasons.NotADevice, sentence);
}
