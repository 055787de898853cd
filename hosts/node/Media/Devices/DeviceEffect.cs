namespace Handcarry.Hosts.Node.Media.Devices;

/// <summary>What the table of devices asks for.</summary>
internal abstract record DeviceEffect(BlockDeviceFacts Device)
{
    /// <summary>It has come and can be read: look what is on it. Asked again when udev noticed a change of its content that shows in none of the facts.</summary>
    public sealed record Look(BlockDeviceFacts Device) : DeviceEffect(Device);

    /// <summary>It is not there any more, or another medium has taken its place. Only of what was to be looked at before.</summary>
    public sealed record Gone(BlockDeviceFacts Device) : DeviceEffect(Device);
}
