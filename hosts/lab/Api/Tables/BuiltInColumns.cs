using System.Text.Json.Nodes;

namespace Handcarry.Lab.Api.Tables;

/// <summary>The columns of built-in kinds (k8s.io/kubernetes/pkg/printers/internalversion/printers.go).</summary>
internal static class BuiltInColumns
{
    private const string RolePrefix = "node-role.kubernetes.io/";

    public static IReadOnlyList<Column> Of(string kind) => kind switch
    {
        "ConfigMap" => [Column.Names, new("Data", "string", 0, static (row, _) => Count(row["data"]) + Count(row["binaryData"])), Column.Age],
        "Namespace" => [Column.Names, Column.Of("Status", 0, "status", "phase"), Column.Age],
        "Lease" => [Column.Names, Column.Of("Holder", 0, "spec", "holderIdentity"), Column.Age],
        "Node" =>
        [
            Column.Names,
            new("Status", "string", 0, static (row, _) => NodeStatus(row)),
            new("Roles", "string", 0, static (row, _) => Roles(row)),
            Column.Age,
            Column.Of("Version", 0, "status", "nodeInfo", "kubeletVersion"),
            Column.Of("OS-Image", 1, "status", "nodeInfo", "osImage"),
            Column.Of("Kernel-Version", 1, "status", "nodeInfo", "kernelVersion"),
            Column.Of("Container-Runtime", 1, "status", "nodeInfo", "containerRuntimeVersion"),
        ],
        "Event" =>
        [
            new("Last Seen", "string", 0, static (row, now) =>
                Column.Since(row.Text("lastTimestamp") ?? row.Text("eventTime") ?? row.Text("metadata", "creationTimestamp"), now)),
            Column.Of("Type", 0, "type"),
            Column.Of("Reason", 0, "reason"),
            new("Object", "string", 0, static (row, _) =>
                $"{row.Text("involvedObject", "kind")?.ToLowerInvariant()}/{row.Text("involvedObject", "name")}"),
            Column.Of("Message", 0, "message"),
            Column.Names with { Priority = 1 },
        ],
        "CustomResourceDefinition" => [Column.Names, Column.Of("Created At", 0, "metadata", "creationTimestamp")],
        _ => [Column.Names, Column.Age],
    };

    private static int Count(JsonNode? map) => (map as JsonObject)?.Count ?? 0;

    private static string NodeStatus(JsonObject node)
    {
        var ready = (node["status"]?["conditions"] as JsonArray ?? []).FirstOrDefault(condition => condition.Text("type") == "Ready").Text("status");
        var status = ready switch
        {
            "True" => "Ready",
            null => "Unknown",
            _ => "NotReady",
        };
        return node["spec"]?["unschedulable"]?.GetValue<bool>() == true ? status + ",SchedulingDisabled" : status;
    }

    private static string Roles(JsonObject node)
    {
        var roles = (node["metadata"]?["labels"] as JsonObject ?? []).Select(label => label.Key)
            .Where(key => key.StartsWith(RolePrefix, StringComparison.Ordinal))
            .Select(key => key[RolePrefix.Length..]).Order(StringComparer.Ordinal);
        var said = string.Join(",", roles);
        return said.Length == 0 ? "<none>" : said;
    }
}
