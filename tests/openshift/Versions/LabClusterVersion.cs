using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Hosts.OpenShift.Tests.Lab;

namespace Handcarry.Hosts.OpenShift.Tests.Versions;

/// <summary>ClusterVersion/version as its operator and an administrator write it.</summary>
internal sealed class LabClusterVersion(LabCluster cluster)
{
    private const string ApiVersion = "config.openshift.io/v1";

    public JsonObject Now => cluster.Objects.Find(ApiVersion, "ClusterVersion", "", "version") ?? new JsonObject
    {
        ["apiVersion"] = ApiVersion,
        ["kind"] = "ClusterVersion",
        ["metadata"] = new JsonObject { ["name"] = "version" },
        ["spec"] = new JsonObject { ["clusterID"] = "7e5c2a4c-8e55-4dd5-9e0a-0d3b0f9f5a11", ["channel"] = "stable-4.18" },
    };

    public long Generation => (long?)Now["metadata"]!["generation"] ?? 0;

    public JsonObject? Desired => Now["spec"]?["desiredUpdate"]?.AsObject();

    public void Show(ClusterVersionView view)
    {
        var now = Stored();
        var generation = (long)now["metadata"]!["generation"]!;
        var history = new JsonArray();
        if (view.Head is { } head)
            history.Add(Entry(head));
        if (view.CurrentVersion.Length > 0 && view.Head is not { Completed: true })
            history.Add(Entry(new HistoryEntry(view.CurrentVersion, view.CurrentImage, true)));
        var conditions = new JsonArray(Condition("Available", new ConditionView(true, "", "Done")));
        foreach (var (type, condition) in new[]
                 {
                     ("ReleaseAccepted", view.ReleaseAccepted), ("Progressing", view.Progressing), ("Failing", view.Failing),
                 })
            if (condition is not null)
                conditions.Add(Condition(type, condition));
        now["status"] = new JsonObject
        {
            ["desired"] = new JsonObject { ["version"] = view.CurrentVersion, ["image"] = view.CurrentImage },
            ["observedGeneration"] = view.Observed ? generation : generation - 1,
            ["versionHash"] = "hash=",
            ["availableUpdates"] = null,
            ["history"] = history,
            ["conditions"] = conditions,
        };
        cluster.Objects.Put(now);
    }

    public void Desire(JsonObject desired)
    {
        var now = Stored();
        now["spec"]!["desiredUpdate"] = desired;
        cluster.Objects.Put(now);
    }

    /// <summary>An administrator changes what is desired through the API, which prunes what it does not know.</summary>
    public async Task PatchAsync(ApiServer api, JsonObject desired)
    {
        _ = Stored();
        var patch = new JsonObject { ["spec"] = new JsonObject { ["desiredUpdate"] = desired } };
        await api.MergePatchAsync<JsonDocument>("/apis/config.openshift.io/v1/clusterversions/version", patch, default);
    }

    /// <summary>The operator writes status without changing what it says.</summary>
    public void Touch()
    {
        var now = Stored();
        now["metadata"]!["annotations"] = new JsonObject { ["touched"] = Guid.NewGuid().ToString() };
        cluster.Objects.Put(now);
    }

    private JsonObject Stored() => Generation > 0 ? Now : cluster.Objects.Put(Now);

    private static JsonObject Entry(HistoryEntry entry) => new()
    {
        ["state"] = entry.Completed ? "Completed" : "Partial",
        ["version"] = entry.Version,
        ["image"] = entry.Image,
        ["verified"] = true,
        ["startedTime"] = "2025-06-01T12:00:00Z",
        ["completionTime"] = entry.CompletedAt?.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
    };

    private static JsonObject Condition(string type, ConditionView condition) => new()
    {
        ["type"] = type,
        ["status"] = condition.Status ? "True" : "False",
        ["reason"] = condition.Reason,
        ["message"] = condition.Message,
        ["lastTransitionTime"] = "2025-06-01T12:00:00Z",
    };
}
