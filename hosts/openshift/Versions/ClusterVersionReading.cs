using System.Globalization;
using System.Text.Json;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;

namespace Handcarry.Hosts.OpenShift.Versions;

/// <summary>Reads a ClusterVersion (openshift/api, config/v1/types_cluster_version.go).</summary>
internal static class ClusterVersionReading
{
    public static ClusterVersionView View(JsonElement version)
    {
        var status = version.At("status");
        var history = status.At("history").Items().Select(Entry).ToList();
        var current = history.Find(e => e.Completed);
        return new ClusterVersionView(
            current?.Version ?? "",
            current?.Image ?? "",
            version.At("spec").At("desiredUpdate").TextAt("image"),
            status.NumberAt("observedGeneration") >= version.At("metadata").NumberAt("generation"),
            history.FirstOrDefault(),
            Condition(status, "ReleaseAccepted"),
            Condition(status, "Progressing"),
            Condition(status, "Failing"),
            Condition(status, "Upgradeable"));
    }

    /// <summary>Whether <paramref name="desired"/> says image and version and nothing else that counts.</summary>
    public static bool IsPlainly(JsonElement desired, string image, string version) =>
        desired.TextAt("image") == image && desired.TextAt("version") == version
        && desired.Members().All(m => m.Name is "image" or "version" || IsEmpty(m.Value));

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.String => value.GetString() is "",
        JsonValueKind.Array => value.GetArrayLength() == 0,
        _ => false,
    };

    private static HistoryEntry Entry(JsonElement entry) =>
        new(entry.TextAt("version"), entry.TextAt("image"), entry.TextAt("state") == "Completed")
        {
            CompletedAt = DateTimeOffset.TryParse(entry.TextAt("completionTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null,
        };

    private static ConditionView? Condition(JsonElement status, string type)
    {
        foreach (var condition in status.At("conditions").Items())
            if (condition.TextAt("type") == type)
                return new ConditionView(condition.TextAt("status") == "True", condition.TextAt("reason"), condition.TextAt("message"));
        return null;
    }
}
