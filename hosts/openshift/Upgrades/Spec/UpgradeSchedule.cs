namespace Handcarry.Hosts.OpenShift.Upgrades.Spec;

/// <summary>When the cluster version operator may be asked.</summary>
public sealed record UpgradeSchedule
{
    /// <summary>Not before this time; null for no such bound.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Only within these hours of each day; null for all day.</summary>
    public DailyWindow? Window { get; init; }

    /// <summary>Time zone of the window, a name of the tz database. Whether this machine knows it has not been looked at.</summary>
    public string TimeZone { get; init; } = "UTC";
}
