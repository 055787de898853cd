namespace Handcarry.Lab.Demo;

/// <summary>Numbers for people.</summary>
internal static class Sizes
{
    public static string Mega(long bytes) => $"{bytes / 1e6:F1} MB";

    public static string Seconds(TimeSpan time) => $"{time.TotalSeconds:F1} s";
}
