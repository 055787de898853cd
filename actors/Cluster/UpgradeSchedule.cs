using System.Globalization;

namespace Handcarry.Actors.Cluster;

/// <summary>When the cluster version operator may be asked, from <c>BundleUpgrade.spec.schedule</c>. Everything is prepared before.</summary>
/// <param name="NotBefore">Not before this moment; null for none.</param>
/// <param name="From">Each day from this time on; with <paramref name="Until"/>, or null.</param>
/// <param name="Until">Until this time, on the next day when it is not after <paramref name="From"/>.</param>
/// <param name="TimeZone">The time zone of these times by its IANA name, such as Europe/Berlin; empty for UTC.</param>
public sealed record UpgradeSchedule(DateTimeOffset? NotBefore = null, TimeOnly? From = null, TimeOnly? Until = null, string TimeZone = "")
{
    /// <summary>At any time.</summary>
    public static UpgradeSchedule Always { get; } = new();

    /// <summary>Null when the operator may be asked at <paramref name="now"/>, else why not and when it may be, in one sentence.</summary>
    public string? WhyNot(DateTimeOffset now)
    {
        if (NotBefore is { } earliest && now < earliest)
            return string.Create(CultureInfo.InvariantCulture, $"It is asked for from {earliest.ToUniversalTime():yyyy-MM-dd HH:mm} UTC on (spec.schedule.notBefore).");
        if (From is not { } from || Until is not { } until)
            return null;
        if (!TryZone(out var zone))
            return $"\"{TimeZone}\" is not a time zone that this node knows; correct spec.schedule.timeZone.";
        var time = TimeOnly.FromTimeSpan(TimeZoneInfo.ConvertTime(now, zone).TimeOfDay);
        return time.IsBetween(from, until) || from == until
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"It is asked for between {from:HH:mm} and {until:HH:mm} {(TimeZone.Length == 0 ? "UTC" : TimeZone)} (spec.schedule.window).");
    }

    private bool TryZone(out TimeZoneInfo zone)
    {
        zone = TimeZoneInfo.Utc;
        return TimeZone.Length == 0 || TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out zone!);
    }
}
