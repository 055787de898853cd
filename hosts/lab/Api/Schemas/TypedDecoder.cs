using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Handcarry.Lab.Api.Schemas;

/// <summary>
/// Decodes an object of a built-in kind as the server's Go types would: unknown fields and nulls fall away, a wrong type is an error, times
/// and quantities come out in their canonical form.
/// </summary>
internal sealed partial class TypedDecoder(string kind, List<string> unknown)
{
    private const string MicroFormat = "2006-01-02T15:04:05.000000Z07:00";

    /// <summary>Throws <see cref="FormatException"/> worded as Go's decoder does.</summary>
    public JsonObject Decode(JsonObject body, SchemaNode schema) => Members(body, schema, "", "");

    private JsonNode? Value(JsonNode node, SchemaNode schema, string field, string path)
    {
        if (schema.PreserveUnknown)
            return node.DeepClone();
        return (schema.Type, node) switch
        {
            ("object", JsonObject members) => Members(members, schema, field, path),
            ("array", JsonArray items) => Items(items, schema.Items!, field, path),
            ("string", JsonValue text) when text.GetValueKind() == JsonValueKind.String => Text(text.GetValue<string>(), schema.Format),
            ("string", JsonValue number) when schema.Format == "quantity" && number.GetValueKind() == JsonValueKind.Number =>
                JsonValue.Create(number.ToJsonString()),
            ("boolean", JsonValue truth) when truth.GetValueKind() is JsonValueKind.True or JsonValueKind.False => truth.DeepClone(),
            ("integer", JsonValue number) when number.TryGetValue<long>(out var whole) => Whole(whole, schema.Format, field),
            ("", JsonValue either) when schema.IntOrString && either.GetValueKind() == JsonValueKind.String => either.DeepClone(),
            ("", JsonValue either) when schema.IntOrString && either.TryGetValue<long>(out var whole) => Whole(whole, "int32", field),
            _ => throw Mismatch(node, schema, field),
        };
    }

    private JsonObject Members(JsonObject members, SchemaNode schema, string field, string path)
    {
        var decoded = new JsonObject();
        foreach (var (name, value) in members)
        {
            var inner = path.Length == 0 ? name : $"{path}.{name}";
            SchemaNode? child;
            if (schema.AdditionalProperties is { } values)
            {
                // A null in a Go map of strings is the empty string; in the maps used here that is what the server stores.
                child = values;
                if (value is null)
                {
                    decoded[name] = "";
                    continue;
                }
            }
            else if (!schema.Properties.TryGetValue(name, out child))
            {
                unknown.Add(inner);
                continue;
            }
            if (value is not null)
                decoded[name] = Value(value, child, schema.AdditionalProperties is null ? (field.Length == 0 ? name : $"{field}.{name}") : field, inner);
        }
        return decoded;
    }

    private JsonArray Items(JsonArray items, SchemaNode schema, string field, string path)
    {
        var decoded = new JsonArray();
        for (var i = 0; i < items.Count; i++)
            decoded.Add(items[i] is { } item ? Value(item, schema, field, $"{path}[{i}]") : schema.Type == "object" ? new JsonObject() : "");
        return decoded;
    }

    private static JsonNode? Text(string text, string format)
    {
        switch (format)
        {
            case "byte":
                // Go passes over line ends and nothing else.
                var bytes = new byte[text.Length];
                return !text.AsSpan().ContainsAny(" \t\v\f") && Convert.TryFromBase64String(text, bytes, out var length)
                    ? Convert.ToBase64String(bytes.AsSpan(0, length))
                    : throw new FormatException("illegal base64 data");
            case "date-time":
                return text.Length == 0 ? null : Time(text, Rfc3339(), "2006-01-02T15:04:05Z07:00").ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
            case "micro-time":
                return text.Length == 0 ? null : Time(text, Micro(), MicroFormat).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'");
            case "quantity" when !Quantity().IsMatch(text):
                throw new FormatException("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
            default:
                return text;
        }
    }

    private static DateTime Time(string text, Regex shape, string layout) =>
        shape.IsMatch(text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time)
            ? time.UtcDateTime
            : throw new FormatException($"parsing time \"{text}\" as \"{layout}\": cannot parse it");

    private JsonValue Whole(long whole, string format, string field) =>
        format == "int32" && whole is (< int.MinValue or > int.MaxValue)
            ? throw new FormatException($"json: cannot unmarshal number {whole} into Go struct field {kind}.{field} of type int32")
            : JsonValue.Create(whole);

    private FormatException Mismatch(JsonNode node, SchemaNode schema, string field)
    {
        var actual = node.GetValueKind() switch
        {
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "array",
            JsonValueKind.String => "string",
            JsonValueKind.Number => "number",
            _ => "bool",
        };
        var wanted = schema.Type switch
        {
            "boolean" => "bool",
            "integer" => schema.Format,
            "array" => "[]" + schema.Items!.Type,
            "object" => schema.AdditionalProperties is { } values ? $"map[string]{values.Type}" : "struct",
            _ => "string",
        };
        return new FormatException($"json: cannot unmarshal {actual} into Go struct field {kind}.{field} of type {wanted}");
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}([.,]\d+)?(Z|[+-]\d{2}:\d{2})$", RegexOptions.CultureInvariant)]
    private static partial Regex Rfc3339();

    // Six digits, no fewer and no more: MicroTime's layout has them.
    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}(Z|[+-]\d{2}:\d{2})$", RegexOptions.CultureInvariant)]
    private static partial Regex Micro();

    [GeneratedRegex("^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(([KMGTPE]i)|[numkMGTPE]|([eE][+-]?[0-9]+))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Quantity();
}
