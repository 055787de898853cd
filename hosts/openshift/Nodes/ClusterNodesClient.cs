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

    private static ClusterNode Read(JsonElement node) => new(
        node.At("metadata").TextAt("name"),
        node.At("status").At("nodeInfo").TextAt("architecture"),
        node.At("status").At("conditions").Items().Any(c => c.TextAt("type") == "Ready" && c.TextAt("status") == "True"),
        node.At("metadata").At("labels").TextAt("topology.kubernetes.io/zone"));
}
