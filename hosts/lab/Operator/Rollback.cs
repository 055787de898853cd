using System.Text.Json.Nodes;
using Handcarry.Lab.Api;

namespace Handcarry.Lab.Operator;

/// <summary>The precondition ClusterVersionRollback (cluster-version-operator, pkg/payload/precondition/clusterversion/rollback.go).</summary>
internal static class Rollback
{
    /// <summary>Null when going to <paramref name="version"/> is no roll-back, or an allowed one: to the previous version of the same minor.</summary>
    public static string? Objection(JsonObject clusterVersion, string version)
    {
        var now = clusterVersion.Text("status", "desired", "version") ?? "";
        if (!SemanticVersion.TryParse(now, out var present) || !SemanticVersion.TryParse(version, out var wanted) || wanted.CompareTo(present) >= 0)
            return null;
        var previous = (clusterVersion["status"]?["history"] as JsonArray ?? [])
            .Where(entry => entry.Text("state") == "Completed")
            .Select(entry => entry.Text("version") ?? "")
            .FirstOrDefault(entry => entry != now);
        return previous == version && (wanted.Major, wanted.Minor) == (present.Major, present.Minor)
            ? null
            : "Precondition \"ClusterVersionRollback\" failed because of \"LowDesiredVersion\": "
                + $"{version} is less than the current target {now}, and the only supported rollback is to the cluster's previous version {previous}";
    }
}
