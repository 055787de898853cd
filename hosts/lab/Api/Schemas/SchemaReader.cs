using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Schemas.Cel;

namespace Handcarry.Lab.Api.Schemas;

/// <summary>
/// Reads the <c>openAPIV3Schema</c> of a CRD. A keyword it does not know is refused, so that no rule of a CRD is quietly left unchecked.
/// </summary>
internal static class SchemaReader
{
    // Words that describe and check nothing.
    private static readonly HashSet<string> Silent =
        ["description", "title", "example", "externalDocs", "$schema", "id"];

    public static SchemaNode Read(JsonNode? json, string path = "openAPIV3Schema")
    {
        if (json is not JsonObject schema)
            throw new FormatException($"{path} is not an object.");
        var node = new SchemaNode();
        foreach (var (word, value) in schema)
            node = Apply(node, word, value, $"{path}.{word}");
        return node;
    }

    private static SchemaNode Apply(SchemaNode node, string word, JsonNode? value, string path) => word switch
    {
        "type" => node with { Type = Text(value, path) },
        "format" => node with { Format = Text(value, path) },
        "properties" => node with { Properties = Children(value, path) },
        "additionalProperties" => value?.GetValueKind() == JsonValueKind.True
            ? node with { AdditionalProperties = new SchemaNode { PreserveUnknown = true } }
            : node with { AdditionalProperties = Read(value, path) },
        "items" => node with { Items = Read(value, path) },
        "required" => node with { Required = Texts(value, path) },
        "enum" => node with { Enum = [.. (JsonArray)value!] },
        "nullable" => node with { Nullable = Truth(value, path) },
        "default" => node with { HasDefault = true, Default = value },
        "x-kubernetes-preserve-unknown-fields" => node with { PreserveUnknown = Truth(value, path) },
        "x-kubernetes-int-or-string" => node with { IntOrString = Truth(value, path) },
        "x-kubernetes-embedded-resource" => node with { EmbeddedResource = Truth(value, path) },
        "minimum" => node with { Minimum = Real(value, path) },
        "exclusiveMinimum" => node with { ExclusiveMinimum = Truth(value, path) },
        "maximum" => node with { Maximum = Real(value, path) },
        "exclusiveMaximum" => node with { ExclusiveMaximum = Truth(value, path) },
        "multipleOf" => node with { MultipleOf = Real(value, path) },
        "minLength" => node with { MinLength = (int)Real(value, path) },
        "maxLength" => node with { MaxLength = (int)Real(value, path) },
        "minItems" => node with { MinItems = (int)Real(value, path) },
        "maxItems" => node with { MaxItems = (int)Real(value, path) },
        "minProperties" => node with { MinProperties = (int)Real(value, path) },
        "maxProperties" => node with { MaxProperties = (int)Real(value, path) },
        "pattern" => node with { Pattern = Re2.Compile(Text(value, path)), PatternText = Text(value, path) },
        "uniqueItems" => node with { UniqueItems = Truth(value, path) },
        "x-kubernetes-list-type" => node with { ListType = Text(value, path) },
        "x-kubernetes-list-map-keys" => node with { ListMapKeys = Texts(value, path) },
        "x-kubernetes-map-type" => node with { AtomicMap = Text(value, path) == "atomic" },
        "allOf" => node with { AllOf = Several(value, path) },
        "anyOf" => node with { AnyOf = Several(value, path) },
        "oneOf" => node with { OneOf = Several(value, path) },
        "not" => node with { Not = Read(value, path) },
        "x-kubernetes-validations" => node with { Rules = [.. ((JsonArray)value!).Select(Rule)] },
        _ when Silent.Contains(word) => node,
        _ => throw new FormatException($"{path}: the lab's API server does not know this schema keyword."),
    };

    private static SchemaRule Rule(JsonNode? value)
    {
        var rule = value.Text("rule") ?? throw new FormatException("x-kubernetes-validations: a rule is missing.");
        foreach (var (word, _) in (JsonObject)value!)
        {
            if (word is not ("rule" or "message" or "reason" or "fieldPath"))
                throw new FormatException($"x-kubernetes-validations.{word}: the lab's API server does not know this.");
        }
        var reason = value.Text("reason") ?? SchemaRule.InvalidReason;
        if (!SchemaRule.Reasons.Contains(reason))
            throw new FormatException($"x-kubernetes-validations.reason: {reason} is none of {string.Join(", ", SchemaRule.Reasons)}.");
        return new SchemaRule(CelExpression.Parse(rule), value.Text("message") ?? $"failed rule: {rule}")
        {
            Reason = reason,
            FieldPath = value.Text("fieldPath") ?? "",
        };
    }

    private static Dictionary<string, SchemaNode> Children(JsonNode? value, string path) =>
        ((JsonObject)value!).ToDictionary(member => member.Key, member => Read(member.Value, $"{path}.{member.Key}"), StringComparer.Ordinal);

    private static SchemaNode[] Several(JsonNode? value, string path) =>
        [.. ((JsonArray)value!).Select((item, index) => Read(item, $"{path}[{index}]"))];

    private static string Text(JsonNode? value, string path) =>
        value.Text() ?? throw new FormatException($"{path} must be a string.");

    private static string[] Texts(JsonNode? value, string path) =>
        [.. ((JsonArray)value!).Select(item => Text(item, path))];

    private static bool Truth(JsonNode? value, string path) => value?.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new FormatException($"{path} must be true or false."),
    };

    private static double Real(JsonNode? value, string path) => value is JsonValue number && number.GetValueKind() == JsonValueKind.Number
        ? number.TryGetValue<long>(out var whole) ? whole : number.GetValue<double>()
        : throw new FormatException($"{path} must be a number.");
}
