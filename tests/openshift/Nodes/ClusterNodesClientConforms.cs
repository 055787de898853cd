using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Nodes;
using Handcarry.Hosts.OpenShift.Tests.Lab;
using Handcarry.Twins.Cluster.Conformance;

namespace Handcarry.Hosts.OpenShift.Tests.Nodes;

public sealed class ClusterNodesClientConforms : ClusterNodesConformance, IAsyncLifetime
{
    private LabCluster _cluster = null!;
    private int _heartbeats;

    protected override IClusterNodes Port => new ClusterNodesClient(_cluster.Connect(), LabCluster.Quick);

    public async Task InitializeAsync() => _cluster = await LabCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    protected override ValueTask SetAsync(params ClusterNode[] nodes)
    {
        foreach (var gone in _cluster.Objects.List("v1", "Node").Select(n => (string)n["metadata"]!["name"]!).Except(nodes.Select(n => n.Name)))
            _cluster.Objects.Remove("v1", "Node", "", gone);
        foreach (var node in nodes)
            _cluster.Objects.Put(Node(node));
        return ValueTask.CompletedTask;
    }

    protected override ValueTask SetAwayAsync(bool away) => _cluster.SetAwayAsync(away);

    /// <summary>Each time with another heartbeat, as the kubelet does.</summary>
    private JsonObject Node(ClusterNode node) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Node",
        ["metadata"] = new JsonObject { ["name"] = node.Name, ["labels"] = Labels(node.Labels), ["annotations"] = new JsonObject { ["heartbeat"] = $"{++_heartbeats}" } },
        ["status"] = new JsonObject
        {
            ["conditions"] = new JsonArray(
                Condition("MemoryPressure", "False"), Condition("Ready", node.Ready ? "True" : "Unknown")),
            ["nodeInfo"] = new JsonObject
            {
                ["architecture"] = node.Architecture,
                ["bootID"] = "b",
                ["containerRuntimeVersion"] = "cri-o://1.31.4",
                ["kernelVersion"] = "5.14.0",
                ["kubeProxyVersion"] = "v1.31.4",
                ["kubeletVersion"] = "v1.31.4",
                ["machineID"] = "m",
                ["operatingSystem"] = "linux",
                ["osImage"] = "Red Hat Enterprise Linux CoreOS",
                ["systemUUID"] = "s",
            },
        },
    };

    private static JsonObject Labels(string labels) =>
        new(labels.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(label => KeyValuePair.Create(label.Split('=')[0], (JsonNode?)label.Split('=')[1])));

    private static JsonObject Condition(string type, string status) => new()
    {
        ["type"] = type,
        ["status"] = status,
        ["reason"] = "Kubelet",
        ["message"] = "",
        ["lastHeartbeatTime"] = "2025-06-01T12:00:00Z",
        ["lastTransitionTime"] = "2025-06-01T12:00:00Z",
    };
}
