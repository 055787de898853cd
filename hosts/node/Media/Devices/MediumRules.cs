using System.IO.Enumeration;
using Handcarry.Hosts.Node.Devices;

namespace Handcarry.Hosts.Node.Media.Devices;

/// <summary>Decides whether a device is looked at.</summary>
/// <param name="included">
/// Patterns, with <c>*</c> and <c>?</c>, of nodes or of their links (/dev/disk/by-id/...): fixed devices that are looked at too.
/// </param>
/// <param name="bundle">The node or link of the device that a bundle is expected on; null for none.</param>
internal sealed class MediumRules(IReadOnlyList<string> included, string? bundle = null)
{
    private static readonly string[] Members = ["raid", "crypto"];

    /// <summary>The node or link of the device that a bundle is expected on; null for none.</summary>
    public string? Bundle => bundle;

    /// <summary>Whether it is the device that a bundle is expected on.</summary>
    public bool IsForBundle(BlockDeviceFacts medium) => bundle is not null && (medium.Node == bundle || medium.Links.Contains(bundle, StringComparer.Ordinal));

    /// <summary>
    /// What stands against it, null when nothing does. Nobody can insist on a disk of the running system, on what is used for writing, or on a part of a volume.
    /// </summary>
    /// <param name="medium">The device, as it was told.</param>
    /// <param name="device">The same, with what it is attached to and who uses it now.</param>
    public DeviceRefusal? Refusal(BlockDeviceFacts medium, DeviceFacts device)
    {
        if (!device.Removable && !IsIncluded(medium) && !IsForBundle(medium))
            return new DeviceRefusal(DeviceReasons.DeviceFixed, $"{medium.Node} is nothing that one pulls out. To have it looked at, name it in the setting media.include.");
        if (device.Uses.FirstOrDefault(use => use.Kind == DeviceUseKind.System) is { } system)
            return new DeviceRefusal(DeviceReasons.SystemDisk, $"{medium.Node} is not looked at: {system} Bring the bundle on another medium.");
        var uses = device.Uses.Where(use => Concerns(use, medium)).ToList();
        if (uses.Find(use => use.Kind == DeviceUseKind.Held) is { } held)
            return new DeviceRefusal(DeviceReasons.PartOfVolume, $"{medium.Node} is not looked at: {held} Bring the bundle on a plain medium.");
        if (uses.Find(use => use.Kind is DeviceUseKind.Mounted or DeviceUseKind.Swap) is { } use)
            return new DeviceRefusal(DeviceReasons.DeviceInUse, $"{medium.Node} is not looked at: {use} Free it (umount, swapoff), then insert it again.");
        if (medium.IsMultipathPath || Members.Contains(medium.Usage))
        {
            return new DeviceRefusal(
                DeviceReasons.PartOfVolume,
                $"{medium.Node} is not looked at: it is a part of something larger ({(medium.IsMultipathPath ? "a multipath device" : medium.FileSystem)}). Bring the bundle on a plain medium.");
        }
        return medium.Ready ? null : new DeviceRefusal(DeviceReasons.DeviceNotReady, $"{medium.Node} is not looked at: udev calls it not ready for use (SYSTEMD_READY=0). See `udevadm info {medium.Node}`.");
    }

    private bool IsIncluded(BlockDeviceFacts medium) =>
        included.Any(pattern => medium.Links.Prepend(medium.Node).Any(name => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false)));

    /// <summary>A disk is used by whatever uses any of its partitions, a partition not by what uses its sisters.</summary>
    private static bool Concerns(DeviceUse use, BlockDeviceFacts medium) =>
        medium.Disk is null || use.Node == medium.Node || use.Node == medium.Disk;
}
