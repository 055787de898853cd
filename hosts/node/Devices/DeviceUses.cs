namespace Handcarry.Hosts.Node.Devices;

/// <summary>Finds out who uses a disk: mounts, swap space, volumes on top of it and loop devices, also through one another.</summary>
internal sealed class DeviceUses(string sysRoot, string procRoot)
{
    private static readonly string[] SystemPoints = ["/", "/sysroot", "/boot", "/boot/efi", "/usr", "/var"];

    private readonly MountTable _mounts = new(procRoot);

    /// <summary>Each use of the disk or one of its partitions.</summary>
    public IEnumerable<DeviceUse> OfDisk(SysDevice disk) => disk.Partitions.Prepend(disk).SelectMany(Of);

    private IEnumerable<DeviceUse> Of(SysDevice device)
    {
        foreach (var (point, readOnly) in _mounts.Of(device))
        {
            yield return SystemPoints.Contains(point)
                ? new DeviceUse(DeviceUseKind.System, device.Node, $"{device.Node} is mounted on {point}, part of the running system.")
                : new DeviceUse(readOnly ? DeviceUseKind.MountedReadOnly : DeviceUseKind.Mounted, device.Node, $"{device.Node} is mounted on {point}.");
        }
        if (_mounts.IsSwap(device))
            yield return new DeviceUse(DeviceUseKind.Swap, device.Node, $"{device.Node} is swap space.");
        foreach (var name in device.Holders)
        {
            var holder = SysDevice.At(Path.Combine(sysRoot, "class/block", name));
            yield return new DeviceUse(DeviceUseKind.Held, device.Node, $"{device.Node} is part of {(holder is null ? name : Describe(holder))}.");
            foreach (var use in holder is null ? [] : Of(holder))
                yield return use;
        }
        foreach (var loop in Loops().Where(loop => loop.Read("loop/backing_file") == device.Node))
        {
            yield return new DeviceUse(DeviceUseKind.Held, device.Node, $"{loop.Node} is made out of {device.Node}.");
            foreach (var use in OfDisk(loop))
                yield return use;
        }
    }

    private IEnumerable<SysDevice> Loops() =>
        Directory.EnumerateFileSystemEntries(Path.Combine(sysRoot, "class/block"), "loop*").Select(SysDevice.At).OfType<SysDevice>();

    // The uuid of a device mapper device begins with the word of the program that made it (libdevmapper: dm_task_set_uuid; LVM2, cryptsetup, multipath-tools).
    private static string Describe(SysDevice holder)
    {
        var kind = holder.Read("dm/uuid") switch
        {
            var uuid when uuid.StartsWith("LVM-", StringComparison.Ordinal) => "the LVM volume ",
            var uuid when uuid.StartsWith("CRYPT-", StringComparison.Ordinal) => "the encrypted volume ",
            var uuid when uuid.StartsWith("mpath-", StringComparison.Ordinal) => "the multipath device ",
            _ when holder.Name.StartsWith("md", StringComparison.Ordinal) => "the RAID ",
            _ => "",
        };
        return kind + holder.Node + (holder.Read("dm/name") is { Length: > 0 } name ? $" ({name})" : "");
    }
}
