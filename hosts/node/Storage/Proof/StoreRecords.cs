using System.Text.Json;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>
/// Reads images.json and layers.json of a store (containers/storage, images.go and layers.go). Go takes a member whatever its case and the last one of
/// several: members of a record that are not all lower case, or occur twice, are refused, so that no other program can read another thing here.
/// </summary>
internal static class StoreRecords
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>The images of the store.</summary>
    /// <exception cref="InvalidDataException">It cannot be understood; the message continues a sentence.</exception>
    public static IReadOnlyList<ImageRecord> Images(byte[] json) => Parse(json, static record =>
    {
        if (record.TryGetProperty("mapped-layers", out var mapped) && mapped.GetArrayLength() > 0)
            throw new InvalidDataException("an image has mapped layers");
        return new ImageRecord(
            Id(record.GetProperty("id")),
            Digest.Parse(Text(record.GetProperty("digest"))),
            Texts(record, "names"),
            Optional(record, "layer"),
            Documents(record));
    });

    /// <summary>The layers of the store.</summary>
    /// <exception cref="InvalidDataException">It cannot be understood; the message continues a sentence.</exception>
    public static IReadOnlyList<LayerRecord> Layers(byte[] json) => Parse(json, static record =>
    {
        var id = Id(record.GetProperty("id"));
        if (record.TryGetProperty("flags", out var flags) && flags.ValueKind == JsonValueKind.Object && flags.TryGetProperty("incomplete", out _))
            throw new InvalidDataException($"layer {id} is incomplete");
        if (Texts(record, "names").Count + Texts(record, "big-data-names").Count > 0)
            throw new InvalidDataException($"layer {id} has a name or documents");
        return new LayerRecord(id, Optional(record, "parent"), Digest.Parse(Text(record.GetProperty("diff-digest"))), record.TryGetProperty("diff-size", out var size) ? size.GetInt64() : 0);
    });

    private static List<T> Parse<T>(byte[] json, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return [.. document.RootElement.EnumerateArray().Select(record =>
            {
                foreach (var member in record.EnumerateObject())
                {
                    if (member.Name.Any(static character => character is not ((>= 'a' and <= 'z') or '-')))
                        throw new InvalidDataException($"a record has a member \"{StoreText.Show(member.Name)}\"");
                }
                return read(record);
            })];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    private static Dictionary<string, (Digest Digest, long Size)> Documents(JsonElement record)
    {
        var names = Texts(record, "big-data-names");
        var (digests, sizes) = (record.GetProperty("big-data-digests"), record.GetProperty("big-data-sizes"));
        if (digests.GetPropertyCount() != names.Count || sizes.GetPropertyCount() != names.Count)
            throw new InvalidDataException("an image's lists of documents differ");
        return names.Distinct(StringComparer.Ordinal).ToDictionary(
            static name => name,
            name => (Digest.Parse(Text(digests.GetProperty(name))), sizes.GetProperty(name).GetInt64()),
            StringComparer.Ordinal);
    }

    private static List<string> Texts(JsonElement record, string member) =>
        record.TryGetProperty(member, out var list) && list.ValueKind != JsonValueKind.Null ? [.. list.EnumerateArray().Select(Text)] : [];

    private static string? Optional(JsonElement record, string member) =>
        record.TryGetProperty(member, out var value) && Text(value) is { Length: > 0 } ? Id(value) : null;

    private static string Text(JsonElement value) => value.GetString() ?? throw new FormatException("a text is null");

    /// <summary>Ids become names of folders.</summary>
    private static string Id(JsonElement value) =>
        Digest.TryParseHex(value.GetString(), out var digest) ? digest.Hex : throw new FormatException($"\"{StoreText.Show(value.GetString() ?? "")}\" is not an id");
}
