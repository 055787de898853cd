using System.Globalization;
using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Media.Devices;

/// <summary>What udev has noted of devices, through libudev: it keeps that in /run/udev, which a container must see.</summary>
internal static class UdevDatabase
{
    /// <summary>The properties of the block device of a number such as <c>8:17</c>; null when udev is not done with it, or its notes are not visible here.</summary>
    public static IReadOnlyDictionary<string, string>? PropertiesOf(string number)
    {
        var parts = number.Split(':');
        var udev = LibUdev.New();
        if (udev == 0 || parts.Length != 2)
            return null;
        var device = LibUdev.DeviceOfNumber(udev, (byte)'b', MakeDevice(uint.Parse(parts[0], CultureInfo.InvariantCulture), uint.Parse(parts[1], CultureInfo.InvariantCulture)));
        try
        {
            return device != 0 && LibUdev.IsInitialized(device) > 0 ? LibUdev.PropertiesOf(device) : null;
        }
        finally
        {
            if (device != 0)
                LibUdev.ReleaseDevice(device);
            LibUdev.Release(udev);
        }
    }

    /// <summary>makedev(3) of the GNU C library (bits/sysmacros.h).</summary>
    private static ulong MakeDevice(ulong major, ulong minor) =>
        ((major & 0xffff_f000) << 32) | ((major & 0xfff) << 8) | ((minor & 0xffff_ff00) << 12) | (minor & 0xff);
}
