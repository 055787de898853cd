using System.Globalization;
using System.Text.Json;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Streams.Content;

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
            Condition(status, "Upgradeable"))
        {
            Wish = Wish(version.At("spec").At("desiredUpdate")),
        };
    }

    /// <summary>
    /// What the administrator wants of a bundle, told by the members that nobody else writes; null when nothing. A digest may lack its
    /// algorithm, of which the proposal says nothing (reference/openshift.md section 9).
    /// </summary>
    public static DesiredBundle? Wish(JsonElement desired)
    {
        var bundle = desired.At("bundle");
        var digest = bundle.TextAt("digest");
        var wish = new DesiredBundle(bundle.TextAt("file"), Digest.TryParse($"sha256:{digest}", out var bare) ? bare.ToString() : digest, desired.IsTrueAt("hold"));
        return wish == new DesiredBundle("", "", false) ? null : wish;
    }

    /// <summary>Whether <paramref name="member"/> of <c>desiredUpdate</c> is the administrator's alone: we neither write nor remove it.</summary>
    public static bool IsWish(JsonProperty member) => member.Name is "bundle" or "hold";

    /// <summary>Whether <paramref name="desired"/> says image and version and nothing else that counts for the operator.</summary>
    public static bool IsPlainly(JsonElement desired, string image, string version) =>
        desired.TextAt("image") == image && desired.TextAt("version") == version
        && desired.Members().All(m => m.Name is "image" or "version" || IsWish(m) || IsEmpty(m.Value));

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
