using Handcarry.Actors.Protocol;
using static Handcarry.Actors.Cluster.SupervisorRound;

namespace Handcarry.Actors.Cluster;

/// <summary>Whether the cluster version operator may be asked for this version now (reference/openshift.md sections 5.4, 5.5 and 10.2).</summary>
internal static class JudgeVersion
{
    public static IEnumerable<Finding> Findings(BundleFacts bundle, JudgedSite site)
    {
        if (!SemanticVersion.TryParse(bundle.Version, out var offered))
            return [new Finding("InvalidVersion", $"\"{bundle.Version}\" is not a version.", "Make the bundle again.")];
        return Steps(bundle, offered, site).Concat(Operator(bundle, site.Version));
    }

    /// <summary>Whether the step from the cluster's version to <paramref name="bundle"/>'s is to another minor version; those have more conditions.</summary>
    public static bool IsMinorStep(BundleFacts bundle, ClusterVersionView version) =>
        SemanticVersion.TryParse(bundle.Version, out var offered) && SemanticVersion.TryParse(version.CurrentVersion, out var current)
        && (offered.Major, offered.Minor) != (current.Major, current.Minor);

    private static IEnumerable<Finding> Steps(BundleFacts bundle, SemanticVersion offered, JudgedSite site)
    {
        var version = site.Version;
        if (!SemanticVersion.TryParse(version.CurrentVersion, out var current))
            yield break;
        if (offered.CompareTo(current) <= 0)
        {
            yield return new Finding("NotNewer", $"The bundle's version {bundle.Version} is not newer than the cluster's {version.CurrentVersion}.", "Make a bundle of a newer release.");
            yield break;
        }

        if (offered.Major != current.Major || offered.Minor > current.Minor + 1)
            yield return new Finding("StepTooLarge", $"From {version.CurrentVersion} to {bundle.Version} is more than one minor version.", $"Upgrade to {current.Major}.{current.Minor + 1} first.");
        else if (bundle.Previous.Length == 0)
            yield return new Finding("EdgeUnknown", $"The bundle does not say from which versions {bundle.Version} can be reached.", "See whether the publisher supports this step.", Severity.Warning);
        else if (!bundle.Previous.Split(' ').Contains(version.CurrentVersion))
            yield return NotListed(bundle, site);
        if (version.Upgradeable is { Status: false } no && IsMinorStep(bundle, version))
            yield return new Finding("NotUpgradeable", $"The cluster version operator says that the cluster cannot go to another minor version ({no.Reason}): {Sentence(no.Message)}", "Do what it says first.").About("ClusterVersion", "version");
    }

    private static Finding NotListed(BundleFacts bundle, JudgedSite site)
    {
        var message = $"{bundle.Version} does not name {site.Version.CurrentVersion} among the versions from which it can be reached.";
        return site.Spec.AllowUnlistedEdge
            ? new Finding("EdgeNotListed", message, "It is used because spec.bundle.allowUnlistedEdge says so.", Severity.Warning)
            : new Finding("EdgeNotListed", message, "Upgrade to one of those first, or set spec.bundle.allowUnlistedEdge when the publisher supports the step.");
    }

    private static IEnumerable<Finding> Operator(BundleFacts bundle, ClusterVersionView version)
    {
        if (version.DesiredImage == bundle.Release)
            yield break;
        if (version.Progressing is { Status: true } busy)
            yield return new Finding("UpgradeInProgress", $"The cluster is busy with another upgrade: {Sentence(busy.Message)}", "Wait until it is done.").About("ClusterVersion", "version");
        if (version.Failing is { Status: true } failing)
            yield return new Finding("ClusterFailing", $"The cluster version operator fails to apply the version that the cluster has ({failing.Reason}): {Sentence(failing.Message)}", "Repair that first.").About("ClusterVersion", "version");
    }
}
