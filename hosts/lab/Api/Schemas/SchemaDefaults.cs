using System.Text.Json.Nodes;

namespace Handcarry.Lab.Api.Schemas;

/// <summary>Fills in the defaults of a schema (apiextensions-apiserver, pkg/apiserver/schema/defaulting, Default).</summary>
internal static class SchemaDefaults
{
    public static void Apply(JsonNode? node, SchemaNode schema)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, child) in schema.Properties)
                {
                    var isNull = members.TryGetPropertyValue(name, out var value) && value is null;
                    if (child.HasDefault && (!members.ContainsKey(name) || (isNull && !child.Nullable)))
                        members[name] = child.Default?.DeepClone();
                }
                foreach (var (name, value) in members)
                {
                    if (schema.Properties.TryGetValue(name, out var child) || (child = schema.AdditionalProperties) is not null)
                        Apply(value, child);
                }
                break;
            case JsonArray items when schema.Items is { } item:
                foreach (var element in items)
                    Apply(element, item);
                break;
        }
    }
}
