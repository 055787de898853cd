using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Health;
using Handcarry.Hosts.OpenShift.Tests.Lab;
using Handcarry.Twins.Cluster.Conformance;

namespace Handcarry.Hosts.OpenShift.Tests.Health;

public sealed class ClusterHealthClientConforms : ClusterHealthConformance, IAsyncLifetime
{
    private const string Machine = "machineconfiguration.openshift.io/v1";

    private LabCluster _cluster = null!;

    protected override IClusterHealth Port => new ClusterHealthClient(_cluster.Connect(), TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(100));

    public async Task InitializeAsync() => _cluster = await LabCluster.StartAsync(
        LabDefinitions.Operator, LabDefinitions.Pool, LabDefinitions.Config, LabDefinitions.Registry);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    protected override ValueTask SetAwayAsync(bool away) => _cluster.SetAwayAsync(away);

    protected override ValueTask SetAsync(ClusterHealth health)
    {
        foreach (var kind in new[] { "MachineConfigPool", "MachineConfig" })
            foreach (var there in _cluster.Objects.List(Machine, kind))
                _cluster.Objects.Remove(Machine, kind, "", (string)there["metadata"]!["name"]!);
        foreach (var op in health.Operators)
            _cluster.Objects.Put(Object("config.openshift.io/v1", "ClusterOperator", op.Name, [], new JsonObject
            {
                ["conditions"] = Conditions(("Available", op.Available), ("Degraded", op.Degraded), ("RecentBackup", op.RecentBackup)),
            }));
        foreach (var pool in health.Pools)
            PutPool(pool);
        PutMap("openshift-config-managed", "admin-gates", health.Gates.Select(gate => (gate.Key, gate.Text)));
        PutMap("openshift-config", "admin-acks", health.Gates.Where(gate => gate.Acknowledged).Select(gate => (gate.Key, "true")));
        if (health.InternalReleaseImage)
            _cluster.Objects.Put(Object("machineconfiguration.openshift.io/v1alpha1", "InternalReleaseImage", "cluster", [], []));
        return ValueTask.CompletedTask;
    }

    private void PutPool(PoolView pool)
    {
        var config = $"rendered-{pool.Name}-{pool.Release}";
        var rendered = Object(Machine, "MachineConfig", config, [], null);
        rendered["metadata"]!["annotations"] = new JsonObject { ["machineconfiguration.openshift.io/release-image-version"] = pool.Release };
        _cluster.Objects.Put(rendered);
        var spec = new JsonObject
        {
            ["paused"] = pool.Paused,
            ["nodeSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { [$"node-role.kubernetes.io/{pool.Role}"] = "" } },
            ["configuration"] = new JsonObject { ["name"] = config },
        };
        _cluster.Objects.Put(Object(Machine, "MachineConfigPool", pool.Name, spec, new JsonObject
        {
            ["observedGeneration"] = 99,
            ["configuration"] = new JsonObject { ["name"] = pool.Updated ? config : "rendered-before" },
            ["machineCount"] = pool.Machines,
            ["updatedMachineCount"] = pool.UpdatedMachines,
            ["readyMachineCount"] = pool.ReadyMachines,
            ["conditions"] = Conditions(
                ("Updated", new ConditionView(true, "", "")), ("Updating", new ConditionView(pool.Updating, "", "")), ("Degraded", pool.Degraded)),
        }));
    }

    private void PutMap(string space, string name, IEnumerable<(string Key, string Value)> data)
    {
        var map = Object("v1", "ConfigMap", name, null, null);
        map["metadata"]!["namespace"] = space;
        map["data"] = new JsonObject(data.Select(d => KeyValuePair.Create(d.Key, (JsonNode?)d.Value)));
        _cluster.Objects.Put(map);
    }

    private static JsonObject Object(string version, string kind, string name, JsonObject? spec, JsonObject? status)
    {
        var made = new JsonObject { ["apiVersion"] = version, ["kind"] = kind, ["metadata"] = new JsonObject { ["name"] = name } };
        if (spec is not null)
            made["spec"] = spec;
        if (status is not null)
            made["status"] = status;
        return made;
    }

    private static JsonArray Conditions(params (string Type, ConditionView? View)[] conditions) => new([.. conditions.Where(c => c.View is not null).Select(c => new JsonObject
    {
        ["type"] = c.Type,
        ["status"] = c.View!.Status ? "True" : "False",
        ["reason"] = c.View.Reason,
        ["message"] = c.View.Message,
        ["lastTransitionTime"] = "2025-06-01T12:00:00Z",
    })]);
}
