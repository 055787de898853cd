using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Cluster;

/// <summary>
/// Decides whether a cluster can use a bundle, from facts alone, before anything is copied. Every finding is reported, not just the first:
/// those of the bundle itself, then the cluster's version, its health, its nodes.
/// </summary>
public static class Judge
{
    /// <summary>What is to be said about the bundle, refusals first, information last; empty when nothing is.</summary>
    public static IReadOnlyList<Finding> Findings(BundleFacts bundle, JudgedSite site)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(site);
        var findings = new List<Finding>();
        findings.AddRange(JudgeTrust.Findings(bundle, site.Spec));
        findings.AddRange(JudgeVersion.Findings(bundle, site));
        findings.AddRange(JudgeHealth.Findings(bundle, site));
        findings.AddRange(JudgeNodes.Findings(bundle, site));
        findings.AddRange(JudgeWorkloads.Findings(bundle, site.Workloads));
        findings.AddRange(JudgeOsImage.Findings(bundle, site));
        return [.. findings.OrderByDescending(f => f.Severity)];
    }

    /// <summary>
    /// What has come up since that must hold back the request for the upgrade: all of the above, but for what an upgrade takes, which the nodes
    /// have by then.
    /// </summary>
    public static IReadOnlyList<Finding> LastFindings(BundleFacts bundle, JudgedSite site)
    {
        ArgumentNullException.ThrowIfNull(site);
        IEnumerable<Finding> wanted = site.Spec.Disagreement is { } disagreement ? [disagreement] : [];
        return [.. wanted.Concat(JudgeVersion.Findings(bundle, site)).Concat(JudgeHealth.Findings(bundle, site)).Concat(JudgeNodes.OfTheCluster(bundle, site)).Where(f => f.Severity == Severity.Refusal)];
    }
}
