using System.Text.Json;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Hosts.OpenShift.Nodes;
using Handcarry.Hosts.OpenShift.Versions;

namespace Handcarry.Hosts.OpenShift.Restarts;

/// <summary><see cref="INodeOutlook"/> on the core/v1 Node and ClusterVersion <c>version</c>.</summary>
/// <param name="api">The server.</param>
/// <param name="node">The node's name.</param>
public sealed class NodeOutlookClient(ApiServer api, string node) : INodeOutlook
{
    /// <summary>A list of one: the agents may list nodes anyway, and need no right to get one besides.</summary>
    private readonly string _node = $"/api/v1/nodes?fieldSelector={Uri.EscapeDataString($"metadata.name={node}")}";

    /// <inheritdoc/>
    public async ValueTask<NodeOutlook> LookAsync(CancellationToken cancellationToken)
    {
        using var nodes = await api.GetAsync<JsonDocument>(_node, cancellationToken) ?? throw ApiFailure.Of(HttpMethod.Get, _node, 404, new());
        using var version = await api.GetAsync<JsonDocument>("/apis/config.openshift.io/v1/clusterversions/version", cancellationToken);
        var upgrade = version is null ? "" : Upgrade(ClusterVersionReading.View(version.RootElement));
        if (nodes.RootElement.At("items").Items().ToList() is not [var only, ..])
            return new NodeOutlook(false, false, false, false, upgrade);
        var seen = ClusterNodesClient.Read(only);
        return new NodeOutlook(true, seen.Ready, seen.Schedulable, seen.ConfigDone, upgrade);
    }

    /// <summary>Between the request and its acceptance the operator says nothing, and only its generations tell (reference/openshift.md section 10.2).</summary>
    private static string Upgrade(Actors.Cluster.ClusterVersionView version) => version switch
    {
        { Progressing: { Status: true } progressing } => progressing.Message.Length > 0 ? progressing.Message : "Progressing",
        { Observed: false, DesiredImage.Length: > 0 } => $"{version.DesiredImage} is asked for",
        _ => "",
    };
}
