using System.Text.Json;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;

namespace Handcarry.Hosts.OpenShift.Health;

/// <summary>Reads ClusterOperators (openshift/api, config/v1) and MachineConfigPools (machineconfiguration/v1).</summary>
internal static class HealthReading
{
    private const string RolePrefix = "node-role.kubernetes.io/";

    /// <summary>Set by the machine config controller on what it renders (reference/openshift.md section 5.6).</summary>
    private const string ReleaseAnnotation = "machineconfiguration.openshift.io/release-image-version";

    public static OperatorView Operator(JsonElement op) => new(
        op.At("metadata").TextAt("name"), Condition(op, "Available"), Condition(op, "Degraded"), Condition(op, "RecentBackup"));

    public static PoolView Pool(JsonElement pool, string release)
    {
        var (spec, status) = (pool.At("spec"), pool.At("status"));
        return new PoolView(
            pool.At("metadata").TextAt("name"),
            Role(spec.At("nodeSelector")),
            spec.IsTrueAt("paused"),
            Condition(pool, "Updated") is { Status: true }
                && status.NumberAt("observedGeneration") >= pool.At("metadata").NumberAt("generation")
                && status.At("configuration").TextAt("name") == WantedConfig(pool),
            Condition(pool, "Updating") is { Status: true },
            Condition(pool, "Degraded"),
            status.NumberAt("machineCount"),
            status.NumberAt("updatedMachineCount"),
            status.NumberAt("readyMachineCount"),
            release);
    }

    public static string WantedConfig(JsonElement pool) => pool.At("spec").At("configuration").TextAt("name");

    public static string ReleaseOf(JsonElement config) => config.At("metadata").At("annotations").TextAt(ReleaseAnnotation);

    private static string Role(JsonElement selector)
    {
        var labels = selector.At("matchLabels").Members().Select(label => label.Name).ToList();
        return labels is [var only] && only.StartsWith(RolePrefix, StringComparison.Ordinal) && !selector.At("matchExpressions").Items().Any()
            ? only[RolePrefix.Length..]
            : "";
    }

    private static ConditionView? Condition(JsonElement item, string type)
    {
        foreach (var condition in item.At("status").At("conditions").Items())
            if (condition.TextAt("type") == type)
                return new ConditionView(condition.TextAt("status") == "True", condition.TextAt("reason"), condition.TextAt("message"));
        return null;
    }
}
