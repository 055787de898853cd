using System.Text.Json;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Registry;

/// <summary>One entry of an answer to a question for referrers (OCI distribution specification v1.1, "Listing Referrers").</summary>
internal sealed record Referrer(string MediaType, Digest Digest, long Size, string? ArtifactType, IReadOnlyDictionary<string, string>? Annotations)
{
    /// <summary>
    /// The entry of a manifest; null when its <c>subject</c> is not the one asked for, as that of signatures that are found by their tag
    /// alone. Where it has no artifactType, the media type of its config stands for it.
    /// </summary>
    /// <param name="mediaType">Its own.</param>
    /// <param name="digest">Its own.</param>
    /// <param name="json">A manifest or index (<see cref="ManifestDocument"/>).</param>
    /// <param name="subject">What it must refer to.</param>
    public static Referrer? TryRead(string mediaType, Digest digest, ReadOnlyMemory<byte> json, Digest subject)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        if (Text(root, "subject", "digest") != subject.ToString())
            return null;
        var type = root.TryGetProperty("artifactType", out var own) && own.ValueKind == JsonValueKind.String && own.GetString() is { Length: > 0 } given
            ? given
            : Text(root, "config", "mediaType");
        return new Referrer(mediaType, digest, json.Length, type, Annotated(root));
    }

    private static string? Text(JsonElement root, string member, string inner) =>
        root.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Object
        && value.TryGetProperty(inner, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;

    private static Dictionary<string, string>? Annotated(JsonElement root) =>
        root.TryGetProperty("annotations", out var annotations) && annotations.ValueKind == JsonValueKind.Object
            ? annotations.EnumerateObject()
                .Where(static item => item.Value.ValueKind == JsonValueKind.String)
                .ToDictionary(static item => item.Name, static item => item.Value.GetString()!, StringComparer.Ordinal)
            : null;
}
