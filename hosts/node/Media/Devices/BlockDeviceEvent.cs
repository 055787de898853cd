namespace Handcarry.Hosts.Node.Media.Devices;

/// <summary>
/// What a source says of the machine. <paramref name="Stamp"/> is the number of the last event of the kernel that this takes into account
/// (<c>SEQNUM</c>, /sys/kernel/uevent_seqnum): of two statements about a device the one with the higher number is the newer, in whatever order they arrive.
/// </summary>
internal abstract record BlockDeviceEvent(ulong Stamp)
{
    /// <summary>This is how the device called <paramref name="Name"/> is; null when it is gone or empty.</summary>
    public sealed record Changed(ulong Stamp, string Name, BlockDeviceFacts? Device) : BlockDeviceEvent(Stamp);

    /// <summary>These are all devices with a medium.</summary>
    public sealed record Listed(ulong Stamp, IReadOnlyList<BlockDeviceFacts> Devices) : BlockDeviceEvent(Stamp);
}
