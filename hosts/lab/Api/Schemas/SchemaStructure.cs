using System.Text.Json.Nodes;

namespace Handcarry.Lab.Api.Schemas;

/// <summary>
/// What a CRD's schema must keep to be accepted at all (apiextensions-apiserver, pkg/apiserver/schema/validation.go and
/// pkg/apis/apiextensions/validation/validation.go): every level typed, defaults that pass their own schema, sensible map lists, transition rules only where
/// there is something to come from.
/// </summary>
internal static class SchemaStructure
{
    private static readonly HashSet<string> Types = ["object", "array", "string", "integer", "number", "boolean"];

    /// <summary>Throws <see cref="FormatException"/> naming everything that is wrong.</summary>
    public static void Check(SchemaNode root, string what)
    {
        var faults = Faults(root, "openAPIV3Schema", correlatable: true).ToList();
        if (root.Type != "object")
            faults.Add("openAPIV3Schema.type: must be object");
        if (root.Properties.TryGetValue("metadata", out var metadata) && metadata.Properties.Keys.Any(name => name is not ("name" or "generateName")))
            faults.Add("openAPIV3Schema.properties[metadata]: only name and generateName may be restricted");
        if (faults.Count > 0)
            throw new FormatException($"{what} is no structural schema: {string.Join("; ", faults)}.");
    }

    private static IEnumerable<string> Faults(SchemaNode schema, string path, bool correlatable)
    {
        if (schema.Type.Length == 0 && !schema.IntOrString && !schema.PreserveUnknown)
            yield return $"{path}.type: required";
        if (schema.Type.Length > 0 && !Types.Contains(schema.Type))
            yield return $"{path}.type: {schema.Type} is no type";
        if (schema.IntOrString && schema.Type.Length > 0)
            yield return $"{path}.type: must be empty with x-kubernetes-int-or-string";
        if (schema.Properties.Count > 0 && schema.AdditionalProperties is not null)
            yield return $"{path}: properties and additionalProperties exclude each other";
        if (schema.Type == "array" && schema.Items is null)
            yield return $"{path}.items: required";
        if (schema.UniqueItems)
            yield return $"{path}.uniqueItems: may not be true";
        if (schema.ListType.Length > 0)
        {
            foreach (var fault in ListFaults(schema, path))
                yield return fault;
        }
        if (schema.HasDefault)
        {
            foreach (var fault in DefaultFaults(schema, path))
                yield return fault;
        }
        if (!correlatable && schema.Rules.Any(rule => rule.Rule.UsesOldSelf))
            yield return $"{path}.x-kubernetes-validations: oldSelf cannot be used here, items of this list are not told apart";
        var children = schema.Properties.Select(child => (child.Value, $"{path}.properties[{child.Key}]", correlatable));
        if (schema.AdditionalProperties is { } values)
            children = children.Append((values, $"{path}.additionalProperties", correlatable));
        if (schema.Items is { } items)
            children = children.Append((items, $"{path}.items", correlatable && schema.ListType == "map"));
        foreach (var (child, inner, told) in children)
        {
            foreach (var fault in Faults(child, inner, told))
                yield return fault;
        }
    }

    private static IEnumerable<string> ListFaults(SchemaNode schema, string path)
    {
        if (schema.ListType is not ("atomic" or "set" or "map"))
            yield return $"{path}.x-kubernetes-list-type: {schema.ListType} is none of atomic, set, map";
        if (schema.Type != "array")
            yield return $"{path}.x-kubernetes-list-type: only for arrays";
        if (schema.ListType == "map" && (schema.ListMapKeys.Count == 0 || schema.Items?.Type != "object"))
            yield return $"{path}.x-kubernetes-list-map-keys: a map list has keys and items of type object";
        foreach (var key in schema.ListMapKeys)
        {
            if (schema.Items?.Properties.GetValueOrDefault(key) is not { } named || named.Type is "object" or "array" or "")
                yield return $"{path}.x-kubernetes-list-map-keys: {key} is no plain property of the items";
            else if (!schema.Items.Required.Contains(key) && !named.HasDefault)
                yield return $"{path}.x-kubernetes-list-map-keys: {key} must be required or have a default";
        }
        if (schema.ListType == "set" && schema.Items?.Type is "object" or "array" && schema.Items.ListType != "atomic")
            yield return $"{path}.x-kubernetes-list-type: items of a set are plain";
    }

    private static IEnumerable<string> DefaultFaults(SchemaNode schema, string path)
    {
        if (schema.Default is null && !schema.Nullable)
            yield return $"{path}.default: null is only for what is nullable";
        var unknown = new List<string>();
        var value = schema.Default?.DeepClone();
        SchemaPruner.Prune(value, schema, "", unknown);
        foreach (var name in unknown)
            yield return $"{path}.default.{name}: unknown field";
        SchemaDefaults.Apply(value, schema);
        foreach (var error in SchemaValidator.Validate(value, null, schema))
            yield return $"{path}.default{(error.Field.Length == 0 ? "" : ".")}{error}";
    }
}
