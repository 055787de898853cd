using System.Text.Json.Nodes;
using Handcarry.Lab.Api;
using Handcarry.Lab.Api.Resources;

namespace Handcarry.Lab.Operator;

/// <summary>Fills an API server with what a healthy, disconnected cluster has: namespaces, nodes, ClusterVersion.</summary>
public static class SeedCluster
{
    private static readonly string[] Capabilities =
        ["Build", "CSISnapshot", "Console", "DeploymentConfig", "ImageRegistry", "Insights", "MachineAPI", "NodeTuning", "Storage", "baremetal",
            "marketplace", "openshift-samples"];

    /// <summary>Puts the objects of <paramref name="seed"/> in; what is there already is replaced.</summary>
    public static void Into(ObjectStore objects, ClusterSeed seed, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(objects);
        ArgumentNullException.ThrowIfNull(seed);
        ArgumentNullException.ThrowIfNull(time);
        var now = time.GetUtcNow();
        foreach (var space in (string[])["openshift-config", "openshift-config-managed", "openshift-cluster-version", "openshift-machine-config-operator",
            seed.AgentNamespace])
            objects.Put(Namespace(space));
        for (var i = 0; i < seed.Nodes.Count; i++)
            objects.Put(Node(seed.Nodes[i], $"192.0.2.{10 + i}", seed.Architecture, now));
        objects.Put(ClusterVersion(seed, now));
        if (seed.HasMachineConfigs)
        {
            foreach (var role in (string[])["master", "worker"])
                objects.Put(Pool(role));
        }
    }

    // Empty as the installer makes them: what they want of their nodes, and how far that is, is their controller's to say.
    private static JsonObject Pool(string role) => new()
    {
        ["apiVersion"] = "machineconfiguration.openshift.io/v1",
        ["kind"] = "MachineConfigPool",
        ["metadata"] = new JsonObject { ["name"] = role },
        ["spec"] = new JsonObject
        {
            ["paused"] = false,
            ["nodeSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { [$"node-role.kubernetes.io/{role}"] = "" } },
        },
    };

    private static JsonObject Namespace(string name) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Namespace",
        ["metadata"] = new JsonObject { ["name"] = name },
    };

    private static JsonObject Node(string name, string address, string architecture, DateTimeOffset now) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Node",
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["labels"] = new JsonObject
            {
                ["kubernetes.io/arch"] = architecture,
                ["kubernetes.io/hostname"] = name,
                ["kubernetes.io/os"] = "linux",
                ["node-role.kubernetes.io/control-plane"] = "",
                ["node-role.kubernetes.io/master"] = "",
                ["node-role.kubernetes.io/worker"] = "",
                ["node.openshift.io/os_id"] = "rhcos",
            },
        },
        ["spec"] = new JsonObject(),
        ["status"] = new JsonObject
        {
            ["addresses"] = new JsonArray(
                new JsonObject { ["type"] = "InternalIP", ["address"] = address },
                new JsonObject { ["type"] = "Hostname", ["address"] = name }),
            ["capacity"] = new JsonObject { ["cpu"] = "8", ["memory"] = "32Gi", ["ephemeral-storage"] = "125293548Ki", ["pods"] = "250" },
            ["allocatable"] = new JsonObject { ["cpu"] = "7500m", ["memory"] = "31Gi", ["ephemeral-storage"] = "115470533646", ["pods"] = "250" },
            ["conditions"] = new JsonArray(
                Condition("MemoryPressure", false, "KubeletHasSufficientMemory", "kubelet has sufficient memory available", now),
                Condition("DiskPressure", false, "KubeletHasNoDiskPressure", "kubelet has no disk pressure", now),
                Condition("PIDPressure", false, "KubeletHasSufficientPID", "kubelet has sufficient PID available", now),
                Condition("Ready", true, "KubeletReady", "kubelet is posting ready status", now)),
            ["nodeInfo"] = new JsonObject
            {
                ["architecture"] = architecture,
                ["bootID"] = Guid.NewGuid().ToString(),
                ["containerRuntimeVersion"] = "cri-o://1.27.1",
                ["kernelVersion"] = "5.14.0-284.36.1.el9_2.x86_64",
                ["kubeProxyVersion"] = "v1.27.6",
                ["kubeletVersion"] = "v1.27.6",
                ["machineID"] = Guid.NewGuid().ToString("N"),
                ["operatingSystem"] = "linux",
                ["osImage"] = "Red Hat Enterprise Linux CoreOS 414.92.202310170514-0 (Plow)",
                ["systemUUID"] = Guid.NewGuid().ToString(),
            },
        },
    };

    private static JsonObject Condition(string type, bool holds, string reason, string message, DateTimeOffset now) => new()
    {
        ["type"] = type,
        ["status"] = holds ? "True" : "False",
        ["lastHeartbeatTime"] = ObjectMeta.Time(now),
        ["lastTransitionTime"] = ObjectMeta.Time(now.AddDays(-1)),
        ["reason"] = reason,
        ["message"] = message,
    };

    private static JsonObject ClusterVersion(ClusterSeed seed, DateTimeOffset now)
    {
        var clusterVersion = new JsonObject
        {
            ["apiVersion"] = "config.openshift.io/v1",
            ["kind"] = "ClusterVersion",
            ["metadata"] = new JsonObject { ["name"] = "version" },
            ["spec"] = new JsonObject { ["clusterID"] = seed.ClusterId.ToString() },
            ["status"] = new JsonObject
            {
                // The list is empty for want of a network, and null is how the operator writes that.
                ["availableUpdates"] = null,
                ["capabilities"] = new JsonObject { ["enabledCapabilities"] = Names(), ["knownCapabilities"] = Names() },
                ["desired"] = new JsonObject { ["version"] = seed.Version, ["image"] = seed.Image },
                ["history"] = new JsonArray(new JsonObject
                {
                    ["state"] = "Completed",
                    ["startedTime"] = ObjectMeta.Time(now.AddDays(-1)),
                    ["completionTime"] = ObjectMeta.Time(now.AddDays(-1).AddMinutes(40)),
                    ["version"] = seed.Version,
                    ["image"] = seed.Image,
                    // The installer does not verify: `oc adm upgrade` shows the same for every first entry.
                    ["verified"] = false,
                }),
                ["observedGeneration"] = 1L,
                ["versionHash"] = Streams.Content.Digest.Of(System.Text.Encoding.UTF8.GetBytes(seed.Image)).Hex[..16],
            },
        };
        var status = new ClusterVersionStatus(clusterVersion, now.AddDays(-1));
        status.Set("RetrievedUpdates", false, "NoChannel", "The update channel has not been configured.");
        status.Set("ImplicitlyEnabledCapabilities", false, "AsExpected", "Capabilities match configured spec");
        status.Set("ReleaseAccepted", true, "PayloadLoaded",
            $"Payload loaded version=\"{seed.Version}\" image=\"{seed.Image}\" architecture=\"{seed.Architecture}\"");
        status.Set("Available", true, "", $"Done applying {seed.Version}");
        status.Set("Failing", false, "", "");
        status.Set("Progressing", false, "", $"Cluster version is {seed.Version}");
        return clusterVersion;
    }

    private static JsonArray Names() => new([.. Capabilities.Select(name => JsonValue.Create(name))]);
}
