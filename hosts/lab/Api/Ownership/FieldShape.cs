using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Schemas;

namespace Handcarry.Lab.Api.Ownership;

/// <summary>
/// How a schema divides a value into fields that can be owned apart (k8s.io/kube-openapi, pkg/schemaconv): members of objects, items of lists whose items
/// have keys or are a set; everything else is one field. Where a schema says nothing, objects divide and lists do not.
/// </summary>
internal readonly record struct FieldShape(SchemaNode Schema)
{
    private static readonly SchemaNode Anything = new() { PreserveUnknown = true };

    /// <summary>Whether the members or items of <paramref name="value"/> are fields of their own.</summary>
    public bool Divides(JsonNode? value) => value switch
    {
        JsonObject => !Schema.AtomicMap,
        JsonArray => Schema.ListType is "map" or "set",
        _ => false,
    };

    /// <summary>Whether the element is a member that the schema names, not a key of a map.</summary>
    public bool Declares(string element) => element.StartsWith("f:", StringComparison.Ordinal) && Schema.Properties.ContainsKey(element[2..]);

    /// <summary>Whether a member of this name may stand here at all.</summary>
    public bool Allows(string name) =>
        Schema.Properties.ContainsKey(name) || Schema.AdditionalProperties is not null || Schema.PreserveUnknown;

    public FieldShape Of(string element) => new(element.StartsWith("f:", StringComparison.Ordinal)
        ? Schema.Properties.GetValueOrDefault(element[2..]) ?? Schema.AdditionalProperties ?? Anything
        : Schema.Items ?? Anything);

    /// <summary>The parts of a value that divides, in its order. Throws <see cref="FormatException"/> for an item without its keys, or twice the same.</summary>
    public List<(string Element, JsonNode? Value)> Parts(JsonNode value)
    {
        if (value is JsonObject members)
            return [.. members.Select(static member => ($"f:{member.Key}", member.Value))];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var parts = new List<(string, JsonNode?)>();
        foreach (var item in (JsonArray)value)
        {
            var element = ElementOf(item);
            if (!seen.Add(element))
                throw new FormatException($"duplicate entries for key {element[2..]}");
            parts.Add((element, item));
        }
        return parts;
    }

    private string ElementOf(JsonNode? item)
    {
        if (Schema.ListType == "set")
            return "v:" + Json.Compact(item);
        var key = new JsonObject();
        foreach (var name in Schema.ListMapKeys.Order(StringComparer.Ordinal))
        {
            var value = (item as JsonObject)?[name];
            if (value is null && Schema.Items?.Properties.GetValueOrDefault(name) is { HasDefault: true } named)
                value = named.Default;
            key[name] = value?.DeepClone();
        }
        if (key.All(static part => part.Value is null))
            throw new FormatException($"associative list with keys has an element that omits key field \"{Schema.ListMapKeys[0]}\" (and doesn't have default value)");
        foreach (var missing in key.Where(static part => part.Value is null).Select(static part => part.Key).ToArray())
            key.Remove(missing);
        return "k:" + Json.Compact(key);
    }
}
