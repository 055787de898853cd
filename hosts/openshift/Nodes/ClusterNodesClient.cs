using System.Runtime.CompilerServices;
using System.Text.Json;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;

namespace Handcarry.Hosts.OpenShift.Nodes;

/// <summary><see cref="IClusterNodes"/> on the core/v1 Nodes of the API server.</summary>
/// <param name="api">The server.</param>
/// <param name="timing">The times of the watch; the defaults when not given.</param>
public sealed class ClusterNodesClient(ApiServer api, WatchTiming? timing = null) : IClusterNodes
{
    private const string RolePrefix = "node-role.kubernetes.io/";
    private const string Daemon = "machineconfiguration.openshift.io";

    private readonly ObjectWatch<ClusterNode> _watch = new(api, "/api/v1/nodes", null, Read, timing ?? new WatchTiming());

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<ClusterNode>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<ClusterNode>? last = null;
        await foreach (var nodes in _watch.SnapshotsAsync(cancellationToken))
        {
            if (nodes is null || (last is not null && last.SequenceEqual(nodes)))
                continue;
            last = nodes;
            yield return nodes;
        }
    }

    internal static ClusterNode Read(JsonElement node)
    {
        var (metadata, conditions) = (node.At("metadata"), node.At("status").At("conditions"));
        return new ClusterNode(
            metadata.TextAt("name"),
            node.At("status").At("nodeInfo").TextAt("architecture"),
            IsTrue(conditions, "Ready"),
            metadata.At("labels").TextAt("topology.kubernetes.io/zone"),
            Roles(metadata.At("labels")),
            !node.At("spec").IsTrueAt("unschedulable"),
            IsTrue(conditions, "DiskPressure"),
            IsConfigDone(metadata.At("annotations")),
            string.Join(',', metadata.At("labels").Members().Select(label => $"{label.Name}={label.Value.GetString()}").Order(StringComparer.Ordinal)));
    }

    private static bool IsTrue(JsonElement conditions, string type) =>
        conditions.Items().Any(c => c.TextAt("type") == type && c.TextAt("status") == "True");

    private static string Roles(JsonElement labels) => string.Join(',', labels.Members()
        .Where(label => label.Name.StartsWith(RolePrefix, StringComparison.Ordinal))
        .Select(label => label.Name[RolePrefix.Length..])
        .Order(StringComparer.Ordinal));

    /// <summary>A node without a machine config daemon has none of these annotations (reference/openshift.md section 5.6, check 4).</summary>
    private static bool IsConfigDone(JsonElement annotations) =>
        annotations.TextAt($"{Daemon}/currentConfig") == annotations.TextAt($"{Daemon}/desiredConfig")
        && annotations.TextAt($"{Daemon}/state") is "" or "Done";
}
