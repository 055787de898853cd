using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Tests.Health;
using Handcarry.Hosts.OpenShift.Tests.Lab;
using Handcarry.Hosts.OpenShift.Upkeep;
using Handcarry.Twins.Cluster.Conformance;

namespace Handcarry.Hosts.OpenShift.Tests.Upkeep;

public sealed class MachineUpkeepClientConforms : MachineUpkeepConformance, IAsyncLifetime
{
    private const string Machines = "machine.openshift.io/v1beta1";
    private const string Scaling = "autoscaling.openshift.io/v1";
    private const string Space = "openshift-machine-api";

    private LabCluster _cluster = null!;

    protected override IMachineUpkeep Port => new MachineUpkeepClient(_cluster.Connect());

    public async Task InitializeAsync()
    {
        _cluster = await LabCluster.StartAsync(LabDefinitions.HealthCheck, LabDefinitions.Autoscaler);
        _cluster.Objects.Put(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = Space } });
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    protected override ValueTask AddCheckAsync(string name, bool paused)
    {
        var annotations = new JsonObject { ["note"] = "kept" };
        if (paused)
            annotations["cluster.x-k8s.io/paused"] = "";
        _cluster.Objects.Put(new JsonObject
        {
            ["apiVersion"] = Machines,
            ["kind"] = "MachineHealthCheck",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = Space, ["annotations"] = annotations },
            ["spec"] = new JsonObject { ["maxUnhealthy"] = "40%" },
        });
        return ValueTask.CompletedTask;
    }

    protected override ValueTask SetAutoscalerAsync(bool scaleDown, int maxNodes)
    {
        _cluster.Objects.Put(new JsonObject
        {
            ["apiVersion"] = Scaling,
            ["kind"] = "ClusterAutoscaler",
            ["metadata"] = new JsonObject { ["name"] = "default" },
            ["spec"] = new JsonObject
            {
                ["scaleDown"] = new JsonObject { ["enabled"] = scaleDown, ["delayAfterAdd"] = "10m" },
                ["resourceLimits"] = new JsonObject { ["maxNodesTotal"] = maxNodes },
            },
        });
        return ValueTask.CompletedTask;
    }

    protected override ValueTask<IReadOnlyList<string>> PausedChecksAsync() => ValueTask.FromResult<IReadOnlyList<string>>(
    [
        .. _cluster.Objects.List(Machines, "MachineHealthCheck", Space)
            .Where(check => check["metadata"]!["annotations"]!.AsObject().ContainsKey("cluster.x-k8s.io/paused"))
            .Select(check => (string)check["metadata"]!["name"]!)
            .Order(StringComparer.Ordinal),
    ]);

    protected override ValueTask<(bool ScaleDown, int MaxNodes)?> AutoscalerAsync()
    {
        var spec = _cluster.Objects.Find(Scaling, "ClusterAutoscaler", "", "default")?["spec"];
        Assert.True(spec is null || (string?)spec["scaleDown"]!["delayAfterAdd"] == "10m", "the rest of it is kept");
        return ValueTask.FromResult<(bool ScaleDown, int MaxNodes)?>(spec is null ? null : ((bool)spec["scaleDown"]!["enabled"]!, (int)(long)spec["resourceLimits"]!["maxNodesTotal"]!));
    }

    protected override ValueTask SetAwayAsync(bool away) => _cluster.SetAwayAsync(away);
}
