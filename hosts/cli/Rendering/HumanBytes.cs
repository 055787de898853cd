using System.Globalization;

namespace Handcarry.Cli.Rendering;

/// <summary>Byte counts as people read them, in powers of 1024 and three digits.</summary>
internal static class HumanBytes
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    public static string Of(long bytes)
    {
        var unit = 0;
        double value = bytes;

        // 1023.95 KiB would be written as 1024.0 KiB.
        while (value >= (unit == 0 ? 1024 : 999.95) && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        var format = unit == 0 || value >= 99.95 ? "0" : value >= 9.995 ? "0.0" : "0.00";
        return value.ToString(format, CultureInfo.InvariantCulture) + " " + Units[unit];
    }
}
