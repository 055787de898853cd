using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Handcarry.Lab.Api;

/// <summary>
/// JSON as the API server takes it: nodes made of plain values (so that they can be shared between readers), the last of duplicate
/// members wins and each duplicate is remembered.
/// </summary>
internal static class Json
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonNode? Parse(ReadOnlySpan<byte> utf8, List<string>? duplicates = null)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 512 });
        if (!reader.Read())
            throw new JsonException("unexpected end of JSON input");
        var node = ReadValue(ref reader, "", duplicates);
        if (reader.Read())
            throw new JsonException("unexpected data after the top-level value");
        return node;
    }

    public static JsonNode? Parse(string text) => Parse(Encoding.UTF8.GetBytes(text));

    public static byte[] Write(JsonNode? node)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            if (node is null)
                writer.WriteNullValue();
            else
                node.WriteTo(writer);
        }
        return buffer.WrittenSpan.ToArray();
    }

    public static string Compact(JsonNode? node) => Encoding.UTF8.GetString(Write(node));

    /// <summary>The string at a path of member names; null when anything on the way is missing or is no string.</summary>
    public static string? Text(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (node is not JsonObject inner || !inner.TryGetPropertyValue(name, out node))
                return null;
        }
        return node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
    }

    /// <summary>The integer at a path of member names; null when there is none.</summary>
    public static long? Number(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (node is not JsonObject inner || !inner.TryGetPropertyValue(name, out node))
                return null;
        }
        return node is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;
    }

    /// <summary>The member <paramref name="name"/> as an object, made when it is missing or null.</summary>
    public static JsonObject Object(this JsonObject parent, string name)
    {
        if (parent[name] is JsonObject found)
            return found;
        var made = new JsonObject();
        parent[name] = made;
        return made;
    }

    /// <summary>Sets the member, or removes it when the value is null.</summary>
    public static void Put(this JsonObject parent, string name, JsonNode? value)
    {
        if (value is null)
            parent.Remove(name);
        else
            parent[name] = value.DeepClone();
    }

    private static JsonNode? ReadValue(ref Utf8JsonReader reader, string path, List<string>? duplicates)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new JsonObject();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = reader.GetString()!;
                    var inner = path.Length == 0 ? name : $"{path}.{name}";
                    reader.Read();
                    var value = ReadValue(ref reader, inner, duplicates);
                    if (members.ContainsKey(name))
                        duplicates?.Add($"duplicate field \"{inner}\"");
                    members[name] = value;
                }
                return members;
            case JsonTokenType.StartArray:
                var items = new JsonArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    items.Add(ReadValue(ref reader, $"{path}[{items.Count}]", duplicates));
                return items;
            case JsonTokenType.String:
                return JsonValue.Create(reader.GetString());
            case JsonTokenType.Number:
                return reader.TryGetInt64(out var whole) ? JsonValue.Create(whole) : JsonValue.Create(reader.GetDouble());
            case JsonTokenType.True:
                return JsonValue.Create(true);
            case JsonTokenType.False:
                return JsonValue.Create(false);
            default:
                return null;
        }
    }
}
