using Handcarry.Actors.Protocol;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Cluster;

/// <summary>Decides whether a cluster can use a bundle, from facts alone, before anything is copied. Every finding is reported, not just the first.</summary>
public static class Judge
{
    /// <summary>
    /// A tenth is kept free on top of what is needed, and never less than this many bytes: a node with a full disk evicts pods
    /// (kubelet's default nodefs.available threshold is 10 %).
    /// </summary>
    private const long LeastReserve = 256L << 20;

    /// <summary>What speaks against the bundle; empty when nothing does.</summary>
    public static IReadOnlyList<Finding> Findings(
        BundleFacts bundle,
        UpgradeSpec spec,
        ClusterVersionView version,
        IEnumerable<ClusterNode> nodes,
        IReadOnlyDictionary<string, NodeReport> reports)
    {
        var findings = new List<Finding>();
        if (spec.BundleDigest.Length > 0 && spec.BundleDigest != bundle.Commitment)
        {
            findings.Add(new Finding(
                "DigestNotPinned",
                $"The administrator allows only bundle {spec.BundleDigest}; this one is {bundle.Commitment}. Insert the other, or change spec.bundle.digest."));
        }

        JudgeVersion(bundle, version, findings);
        foreach (var node in nodes)
        {
            if (bundle.Arch != Architecture.Multi && Architecture.ToGo(bundle.Arch) != node.Architecture)
                findings.Add(new Finding("WrongArchitecture", $"The bundle is for {bundle.Arch}, node {node.Name} is {node.Architecture}. Insert a bundle for {node.Architecture}."));
            if (reports.TryGetValue(node.Name, out var report))
                JudgeSpace(bundle, report, findings);
        }

        return findings;
    }

    private static void JudgeVersion(BundleFacts bundle, ClusterVersionView version, List<Finding> findings)
    {
        if (!SemanticVersion.TryParse(bundle.Version, out var offered))
        {
            findings.Add(new Finding("InvalidVersion", $"\"{bundle.Version}\" is not a version. Make the bundle again."));
            return;
        }

        if (SemanticVersion.TryParse(version.CurrentVersion, out var current) && offered.CompareTo(current) <= 0)
            findings.Add(new Finding("NotNewer", $"The bundle's version {bundle.Version} is not newer than the cluster's {version.CurrentVersion}."));
        if (version.Progressing is { Status: true } && version.DesiredImage != bundle.Release)
            findings.Add(new Finding("UpgradeInProgress", $"The cluster is busy with another upgrade: {version.Progressing.Message}. Wait until it is done."));
    }

    private static void JudgeSpace(BundleFacts bundle, NodeReport report, List<Finding> findings)
    {
        // What the node already has of this bundle need not be stored again; images already imported are not told apart and count in full.
        var same = report.Commitment == bundle.Commitment;
        var blobs = bundle.Size - (same ? report.BytesHeld : 0);
        // A sealed store is used as the blob that it is; nothing is unpacked.
        var store = bundle.Store != BundleFacts.Layers || (same && report.ImagesLoaded == bundle.Images) ? 0 : bundle.UnpackedSize;
        if (report.OneFileSystem)
        {
            Require(report.Node, "blobs and images", blobs + store, report.FreeForBlobs, findings);
            return;
        }

        Require(report.Node, "blobs", blobs, report.FreeForBlobs, findings);
        Require(report.Node, "images", store, report.FreeForStore, findings);
    }

    private static void Require(string node, string what, long needed, long free, List<Finding> findings)
    {
        var wanted = needed == 0 ? 0 : needed + Math.Max(needed / 10, LeastReserve);
        if (free < wanted)
            findings.Add(new Finding("NoSpace", $"Node {node} has {free} bytes free for {what} and needs {wanted}. Free {wanted - free} bytes there."));
    }
}
