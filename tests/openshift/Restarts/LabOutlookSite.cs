using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Leases;
using Handcarry.Hosts.OpenShift.Restarts;
using Handcarry.Hosts.OpenShift.Tests.Lab;
using Handcarry.Hosts.OpenShift.Tests.Versions;

namespace Handcarry.Hosts.OpenShift.Tests.Restarts;

/// <summary>Nodes and a ClusterVersion on the lab's API server, asked with the agents' rights.</summary>
internal sealed class LabOutlookSite(LabCluster cluster) : IOutlookSite
{
    private const string Daemon = "machineconfiguration.openshift.io";

    private readonly LabClusterVersion _version = new(cluster);

    public INodeOutlook Outlook => OutlookOf("node-1");

    public INodeOutlook OutlookOf(string node) => new NodeOutlookClient(cluster.Connect(), node);

    public IFence Lease(string node, TimeProvider time) =>
        cluster.Keep(new LeaseFence(cluster.Connect(time), "handcarry", "handcarry-restart", node, TimeSpan.FromSeconds(60)));

    public void SetNode(string name, bool ready = true, bool schedulable = true, bool configDone = true) => cluster.Objects.Put(new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Node",
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["annotations"] = new JsonObject
            {
                [$"{Daemon}/currentConfig"] = "rendered-worker-1",
                [$"{Daemon}/desiredConfig"] = configDone ? "rendered-worker-1" : "rendered-worker-2",
                [$"{Daemon}/state"] = "Done",
            },
        },
        ["spec"] = new JsonObject { ["unschedulable"] = schedulable ? null : true },
        ["status"] = new JsonObject
        {
            ["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "Ready",
                ["status"] = ready ? "True" : "Unknown",
                ["reason"] = "Kubelet",
                ["message"] = "",
                ["lastHeartbeatTime"] = "2025-06-01T12:00:00Z",
                ["lastTransitionTime"] = "2025-06-01T12:00:00Z",
            }),
        },
    });

    public void SetVersion(string? progressing, string? desired = null)
    {
        if (desired is not null)
            _version.Desire(new JsonObject { ["image"] = desired });
        _version.Show(new ClusterVersionView("4.18.1", "quay.io/x@sha256:01", "", Observed: desired is null, null, null, new ConditionView(progressing is not null, "", progressing ?? "Cluster version is 4.18.1"), null));
    }

    public ValueTask SetAwayAsync(bool away) => cluster.SetAwayAsync(away);
}
