namespace Handcarry.Hosts.Node.Devices;

/// <summary>
/// Decides whether a bundle may be written over a device. The whole disk must be idle, also when only a partition of it is meant: on a disk in use
/// the kernel would go on with the old table of partitions.
/// </summary>
public static class DeviceRules
{
    /// <summary>Everything that stands against it, none when it may be written.</summary>
    /// <param name="device">The device.</param>
    /// <param name="bytes">Size of the bundle.</param>
    /// <param name="evenIfFixed">Whether the person insists on a device that is not removable; nothing else can be insisted on.</param>
    public static IReadOnlyList<DeviceRefusal> Refusals(DeviceFacts device, long bytes, bool evenIfFixed)
    {
        if (device.Size == 0)
            return [new DeviceRefusal(DeviceReasons.NotADevice, $"There is no medium in {device.Path}.")];
        var refusals = new List<DeviceRefusal>();
        if (device.Uses.Count > 0)
        {
            refusals.Add(new DeviceRefusal(
                DeviceReasons.DeviceInUse,
                $"{device.Path} is in use: {string.Join(' ', device.Uses)} If it is the right one, free it (umount, swapoff, vgchange --activate n), then try again."));
        }
        if (device.ReadOnly)
            refusals.Add(new DeviceRefusal(DeviceReasons.DeviceReadOnly, $"{device.Path} is read-only. Look for a switch on the medium, or take another."));
        if (device.Size < bytes)
            refusals.Add(new DeviceRefusal(DeviceReasons.DeviceTooSmall, $"{device.Path} has {device.Size} bytes, the bundle {bytes}. Take a larger medium."));
        if (!device.Removable && !evenIfFixed)
        {
            refusals.Add(new DeviceRefusal(
                DeviceReasons.DeviceFixed,
                $"{device.Path} is nothing that one pulls out (it is attached by {device.Bus}): the disk of a machine, not a stick."));
        }
        return refusals;
    }
}
