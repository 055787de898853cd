using Handcarry.Hosts.Node.Devices;

namespace Handcarry.Cli.Rendering;

/// <summary>A device as people tell it from others.</summary>
internal static class DeviceText
{
    public static string Of(DeviceFacts device)
    {
        var name = $"{device.Vendor} {device.Model}".Trim();
        string[] facts =
        [
            name.Length > 0 ? name : "of an unknown maker",
            device.Serial.Length > 0 ? $"serial {device.Serial}" : "no serial number",
            HumanBytes.Of(device.Size),
            device.Bus,
        ];
        return string.Join(", ", facts);
    }
}
