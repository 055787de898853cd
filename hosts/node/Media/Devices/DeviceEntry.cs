namespace Handcarry.Hosts.Node.Media.Devices;

/// <summary>What is known of a name.</summary>
/// <param name="Stamp">As of which event.</param>
/// <param name="Device">The device; null when there is none, which is remembered because an older statement may still arrive.</param>
/// <param name="Due">When it can be read unless more is heard of its disk, on the caller's clock; null when it has been told.</param>
internal sealed record DeviceEntry(ulong Stamp, BlockDeviceFacts? Device, TimeSpan? Due)
{
    /// <summary>Whether somebody was told to look at it.</summary>
    public bool Told => Device is not null && Due is null;

    /// <summary>
    /// Whether a statement says more than this. What udev has probed counts for more than what it had not got to, however late either arrives;
    /// else the newer one counts.
    /// </summary>
    public bool GivesWayTo(ulong stamp, BlockDeviceFacts? device) =>
        Device is not null && device is not null && Device.DiskSequence == device.DiskSequence && Device.Probed != device.Probed
            ? device.Probed
            : stamp >= Stamp;
}
