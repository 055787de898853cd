using Handcarry.Actors.Protocol;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Cluster;

/// <summary>Whether every node can take the bundle: its architecture, its health, its pool, its room.</summary>
internal static class JudgeNodes
{
    /// <summary>
    /// A tenth is kept free on top of what is needed, and never less than this many bytes: a node with a full disk evicts pods
    /// (kubelet's default nodefs.available threshold is 10 %).
    /// </summary>
    private const long LeastReserve = 256L << 20;

    public static IEnumerable<Finding> Findings(BundleFacts bundle, JudgedSite site) =>
        OfTheCluster(bundle, site).Concat(site.Nodes.SelectMany(node => site.Reports.TryGetValue(node.Name, out var report) ? Space(bundle, report) : []));

    /// <summary>Those that the API tells of, without the room on their disks.</summary>
    public static IEnumerable<Finding> OfTheCluster(BundleFacts bundle, JudgedSite site)
    {
        var unready = site.Nodes.Count(node => !node.Ready);
        foreach (var node in site.Nodes)
        {
            if (bundle.Arch != Architecture.Multi && Architecture.ToGo(bundle.Arch) != node.Architecture)
                yield return new Finding("WrongArchitecture", $"The bundle is for {bundle.Arch}, node {node.Name} is {node.Architecture}.", $"Insert a bundle for {node.Architecture}.").About("Node", node.Name);
            if (!node.Ready)
                yield return Unready(node, unready <= site.Spec.ToleratedUnready).About("Node", node.Name);
            if (node.DiskPressure)
                yield return new Finding("NodeDiskPressure", $"Node {node.Name} is short of disk space: the kubelet evicts its pods and deletes its images.", "Free space there.").About("Node", node.Name);
            if (site.Health.Pools.Count > 0 && site.Health.Pools.All(pool => pool.Role.Length > 0) && !HasPool(node, site.Health.Pools))
                yield return new Finding("PoolMissing", $"Node {node.Name} has the roles {(node.Roles.Length == 0 ? "none" : node.Roles)}, for which there is no machine config pool: nobody would upgrade it.", "Give it a role that has a pool, or make the pool.").About("Node", node.Name);
        }
    }

    private static bool HasPool(ClusterNode node, IReadOnlyList<PoolView> pools) => pools.Any(pool => node.Roles.Split(',').Contains(pool.Role));

    private static Finding Unready(ClusterNode node, bool tolerated) => tolerated
        ? new Finding("NodeNotReady", $"Node {node.Name} is not ready.", "It is tolerated by spec.nodes.toleratedUnready; it gets what it lacks when it returns.", Severity.Warning)
        : new Finding("NodeNotReady", $"Node {node.Name} is not ready.", "Repair it, or allow for it in spec.nodes.toleratedUnready.");

    private static IEnumerable<Finding> Space(BundleFacts bundle, NodeReport report)
    {
        // What the node already has of this bundle need not be stored again; images already imported are not told apart and count in full.
        var same = report.Commitment == bundle.Commitment;
        var blobs = bundle.Size - (same ? report.BytesHeld : 0);
        // A sealed store is used as the blob that it is; nothing is unpacked.
        var store = bundle.Store != BundleFacts.Layers || (same && report.ImagesLoaded == bundle.Images) ? 0 : bundle.UnpackedSize;
        var wants = report.OneFileSystem
            ? [Room(report.Node, "blobs and images", blobs + store, report.FreeForBlobs)]
            : new[] { Room(report.Node, "blobs", blobs, report.FreeForBlobs), Room(report.Node, "images", store, report.FreeForStore) };
        return wants.OfType<Finding>();
    }

    private static Finding? Room(string node, string what, long needed, long free)
    {
        var wanted = needed == 0 ? 0 : needed + Math.Max(needed / 10, LeastReserve);
        return free < wanted
            ? new Finding(Reasons.NoSpace, $"Node {node} has {free} bytes free for {what} and needs {wanted}.", $"Free {wanted - free} bytes there.").About("Node", node)
            : null;
    }
}
