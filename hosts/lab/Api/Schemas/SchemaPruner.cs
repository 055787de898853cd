using System.Text.Json.Nodes;

namespace Handcarry.Lab.Api.Schemas;

/// <summary>
/// Drops what a schema does not know (apiextensions-apiserver, pkg/apiserver/schema/pruning) and nulls where none may stand
/// (.../schema/defaulting, PruneNonNullableNullsWithoutDefaults).
/// </summary>
internal static class SchemaPruner
{
    /// <summary>Removes unknown fields below <paramref name="node"/> and names their paths.</summary>
    public static void Prune(JsonNode? node, SchemaNode schema, string path, List<string> unknown)
    {
        switch (node)
        {
            case JsonObject members:
                PruneObject(members, schema, path, unknown);
                break;
            case JsonArray items when schema.Items is { } item:
                for (var i = 0; i < items.Count; i++)
                    Prune(items[i], item, $"{path}[{i}]", unknown);
                break;
        }
    }

    /// <summary>Removes members that are null although their schema is not nullable.</summary>
    public static void PruneNulls(JsonNode? node, SchemaNode schema)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var name in members.Select(member => member.Key).ToArray())
                {
                    if (Child(schema, name) is not { } child)
                        continue;
                    if (members[name] is null && !child.Nullable && !child.PreserveUnknown)
                        members.Remove(name);
                    else
                        PruneNulls(members[name], child);
                }
                break;
            case JsonArray items when schema.Items is { } item:
                foreach (var element in items)
                    PruneNulls(element, item);
                break;
        }
    }

    private static void PruneObject(JsonObject members, SchemaNode schema, string path, List<string> unknown)
    {
        foreach (var name in members.Select(member => member.Key).Order(StringComparer.Ordinal).ToArray())
        {
            if (schema.EmbeddedResource && name is "apiVersion" or "kind" or "metadata")
                continue;
            var inner = path.Length == 0 ? name : $"{path}.{name}";
            if (Child(schema, name) is { } child)
                Prune(members[name], child, inner, unknown);
            else if (!schema.PreserveUnknown)
            {
                members.Remove(name);
                unknown.Add(inner);
            }
        }
    }

    private static SchemaNode? Child(SchemaNode schema, string name) =>
        schema.Properties.TryGetValue(name, out var child) ? child : schema.AdditionalProperties;
}
