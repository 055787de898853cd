using System.Text.Json;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Registry;

/// <summary>What a manifest says of itself beyond its blobs (OCI image specification v1.1, manifest.md).</summary>
/// <param name="Type">Its <c>artifactType</c>, or the media type of its configuration.</param>
/// <param name="Subject">The manifest it is about; null when it is about none.</param>
/// <param name="Annotations">Its annotations.</param>
internal sealed record Artifact(string Type, Digest? Subject, IReadOnlyDictionary<string, string>? Annotations)
{
    /// <summary>Reads it; null when the document is not well formed.</summary>
    public static Artifact? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            return ManifestJson.Parse(json, "manifest", static root => new Artifact(
                TextOf(root, "artifactType") ?? (root.TryGetProperty("config", out var config) ? TextOf(config, "mediaType") : null) ?? "",
                root.TryGetProperty("subject", out var subject) && subject.ValueKind != JsonValueKind.Null ? ManifestJson.Descriptor(subject, "subject of the manifest").Digest : null,
                root.TryGetProperty("annotations", out var annotations) && annotations.ValueKind == JsonValueKind.Object
                    ? annotations.EnumerateObject().Where(static one => one.Value.ValueKind == JsonValueKind.String).ToDictionary(static one => one.Name, static one => one.Value.GetString()!)
                    : null));
        }
        catch (ContentException)
        {
            return null;
        }
    }

    private static string? TextOf(JsonElement item, string member) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
