using System.Text.Json;

namespace Handcarry.Streams.Content;

/// <summary>
/// What manifests and indexes have in common. Both come from strangers: size, depth and counts are bounded, and a member that occurs
/// twice is refused, because two programs could read it in two ways.
/// </summary>
internal static class ManifestJson
{
    /// <summary>Registries need not take larger ones (OCI distribution-spec v1.1, "Pushing Manifests").</summary>
    public const int MaxBytes = 4 << 20;

    /// <summary>Eight times what overlay file systems can stack, and room for instances of many platforms.</summary>
    public const int MaxDescriptors = 1024;

    private const int MaxMediaType = 255;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    public static T Parse<T>(ReadOnlyMemory<byte> json, string what, Func<JsonElement, T> read)
    {
        if (json.Length > MaxBytes)
            throw Invalid($"The {what} is {json.Length} bytes long; at most {MaxBytes} are allowed.");
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw Invalid($"The {what} is not a JSON object.");
            if (!document.RootElement.TryGetProperty("schemaVersion", out var version)
                || version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number) || number != 2)
                throw Invalid($"The {what} has no schemaVersion 2.");
            return read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw Invalid($"The {what} is not JSON: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            // Strings with escapes that are no valid UTF-16.
            throw Invalid($"The {what} has a text that cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The mediaType of the document itself, which OCI lets absent; then <paramref name="absent"/>.</summary>
    public static string OwnMediaType(JsonElement root, string what, string absent, Func<string, bool> known)
    {
        var mediaType = OptionalText(root, "mediaType", what) ?? absent;
        return known(mediaType) ? mediaType : throw Invalid($"The {what} calls itself \"{mediaType}\".");
    }

    public static IReadOnlyList<Descriptor> Descriptors(JsonElement root, string member, string what)
    {
        if (!root.TryGetProperty(member, out var list) || list.ValueKind != JsonValueKind.Array)
            throw Invalid($"The {what} has no list \"{member}\".");
        if (list.GetArrayLength() > MaxDescriptors)
            throw Invalid($"The {what} has {list.GetArrayLength()} {member}; at most {MaxDescriptors} are allowed.");
        return [.. list.EnumerateArray().Select((item, i) => Descriptor(item, $"{member}[{i}] of the {what}"))];
    }

    public static Descriptor Descriptor(JsonElement item, string what)
    {
        if (item.ValueKind != JsonValueKind.Object)
            throw Invalid($"{what} is not a descriptor.");
        if (OptionalText(item, "mediaType", what) is not { Length: > 0 and <= MaxMediaType } mediaType)
            throw Invalid($"{what} has no media type.");
        if (!Content.Digest.TryParse(OptionalText(item, "digest", what), out var digest))
            throw Invalid($"{what} has no digest: expected sha256: and 64 lower-case hex digits.");
        if (!item.TryGetProperty("size", out var size) || size.ValueKind != JsonValueKind.Number || !size.TryGetInt64(out var bytes) || bytes < 0)
            throw Invalid($"{what} has no size of 0 or more bytes.");
        return new Descriptor(mediaType, digest, bytes)
        {
            Platform = PlatformOf(item, what),
            ArtifactType = OptionalText(item, "artifactType", what),
        };
    }

    public static ContentException Invalid(string message, Exception? inner = null) => new(Reasons.InvalidBundle, message, inner);

    private static Platform? PlatformOf(JsonElement item, string what)
    {
        if (!item.TryGetProperty("platform", out var platform) || platform.ValueKind == JsonValueKind.Null)
            return null;
        if (platform.ValueKind != JsonValueKind.Object
            || OptionalText(platform, "os", what) is not { } os
            || OptionalText(platform, "architecture", what) is not { } architecture)
            throw Invalid($"{what} has a platform without os and architecture.");
        return new Platform(os, architecture, OptionalText(platform, "variant", what));
    }

    private static string? OptionalText(JsonElement item, string member, string what)
    {
        if (!item.TryGetProperty(member, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Invalid($"{what}: \"{member}\" is not a text.");
    }
}
