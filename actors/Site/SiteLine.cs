using System.Globalization;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Site;

/// <summary>The one line for whoever stands before the node, in plain words: the same on the console, the page and in the CLI.</summary>
public static class SiteLine
{
    /// <summary>The line for <paramref name="site"/>; empty when there is nothing to say.</summary>
    public static string Of(SiteSummary site) => site.Phase switch
    {
        Phase.Idle => "",
        Phase.Judging => $"Bundle found: OpenShift {site.BundleVersion}. It is being checked. Do not remove the stick.",
        Phase.Carrying when site.MediumNeeded => $"Bundle found: OpenShift {site.BundleVersion}. Reading {Percent(site)} %{Left(site.Pace)}. Do not remove the stick.",
        Phase.Carrying when site.NodesExtracted == 0 => site.Message,
        Phase.Carrying or Phase.Loaded => "You can remove the stick now.",
        Phase.Held => $"OpenShift {site.BundleVersion} is ready. You can remove the stick now.",
        Phase.Upgrading => $"Upgrading to OpenShift {site.BundleVersion}. You can remove the stick now.",
        Phase.Completed => $"Upgraded to OpenShift {site.BundleVersion}.",
        _ => site.Message,
    };

    // 100 % is said only of all of it.
    private static string Percent(SiteSummary site) =>
        site.BundleSize == 0 ? "0" : Math.Min(99, site.BytesRead * 100 / site.BundleSize).ToString(CultureInfo.InvariantCulture);

    private static string Left(MediumPace? pace) =>
        pace is null ? "" : string.Create(CultureInfo.InvariantCulture, $", about {Math.Max(1, (pace.SecondsLeft + 59) / 60)} minutes");
}
