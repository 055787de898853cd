using System.Text.Json.Nodes;

namespace Handcarry.Lab.Site;

/// <summary>Where the upgrade stands, as <c>BundleUpgrade/cluster</c> says.</summary>
internal sealed record UpgradeProgress(
    string Phase, string Reason, string Message, long Size, int Images, IReadOnlyList<NodeProgress> Nodes)
{
    public static readonly UpgradeProgress None = new("", "", "", 0, 0, []);

    /// <summary>Whether it will not go on by itself.</summary>
    public bool HasEnded => Phase is "Completed" or "Refused" or "Failed" or "Cancelled";

    public static UpgradeProgress Of(JsonObject? upgrade)
    {
        if (upgrade?["status"] is not JsonObject status)
            return None;
        var bundle = status["bundle"];
        return new UpgradeProgress(
            (string?)status["phase"] ?? "",
            (string?)status["reason"] ?? "",
            (string?)status["message"] ?? "",
            (long?)bundle?["size"] ?? 0,
            (int?)bundle?["images"] ?? 0,
            [.. (status["nodes"]?.AsArray() ?? []).Select(static node => new NodeProgress(
                (string?)node!["name"] ?? "",
                (string?)node["stage"] ?? "",
                (long?)node["bytesHeld"] ?? 0,
                (int?)node["imagesLoaded"] ?? 0,
                (string?)node["message"] ?? "",
                (string?)node["reason"] ?? ""))]);
    }
}
