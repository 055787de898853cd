using System.Text.Json.Nodes;

namespace Handcarry.Lab.Site;

/// <summary>What <c>ClusterVersion/version</c> says.</summary>
/// <param name="DesiredImage"><c>spec.desiredUpdate.image</c>; empty when no update was asked for.</param>
/// <param name="Progressing">Message of its Progressing condition.</param>
/// <param name="History">Its history, newest first.</param>
internal sealed record VersionView(string DesiredImage, string Progressing, IReadOnlyList<VersionEntry> History)
{
    public static readonly VersionView None = new("", "", []);

    /// <summary>Version of the newest entry that was completed.</summary>
    public string Current => History.FirstOrDefault(static entry => entry.State == "Completed")?.Version ?? "";

    /// <summary>Whether the newest entry is this version, completed.</summary>
    public bool Runs(string version) => History.Count > 0 && History[0].Version == version && History[0].State == "Completed";

    public static VersionView Of(JsonObject? version)
    {
        var status = version?["status"];
        return new VersionView(
            (string?)version?["spec"]?["desiredUpdate"]?["image"] ?? "",
            (string?)status?["conditions"]?.AsArray().FirstOrDefault(static c => (string?)c!["type"] == "Progressing")?["message"] ?? "",
            [.. (status?["history"]?.AsArray() ?? []).Select(static entry => new VersionEntry(
                (string?)entry!["version"] ?? "",
                (string?)entry["state"] ?? "",
                (string?)entry["image"] ?? "",
                (bool?)entry["verified"] ?? false))]);
    }
}
