using System.Globalization;

namespace Handcarry.Agent.Web.Page;

/// <summary>Numbers for people, in powers of ten.</summary>
internal static class Quantity
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary><c>12.3 GB</c>.</summary>
    public static string Bytes(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 999.5 && unit < Units.Length - 1; unit++)
            value /= 1000;
        return string.Create(CultureInfo.InvariantCulture, $"{(unit == 0 || value >= 99.95 ? $"{value:0}" : $"{value:0.0}")} {Units[unit]}");
    }

    /// <summary><c>12.3 MB/s</c>.</summary>
    public static string Speed(long bytesPerSecond) => Bytes(bytesPerSecond) + "/s";

    /// <summary>Per cent, rounded down; 0 of nothing. Never above 100.</summary>
    public static int Percent(long part, long whole) => whole <= 0 ? 0 : (int)Math.Clamp(100.0 * part / whole, 0, 100);

    /// <summary>Time of day with its zone: agents run in UTC, and who looks may not.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
