using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Schemas.Cel;

namespace Handcarry.Lab.Api.Schemas;

/// <summary>
/// Checks an object against a schema and names everything that is wrong. Wording follows kube-openapi/pkg/validation and
/// apiextensions-apiserver/pkg/apiserver/validation (release 1.26).
/// </summary>
internal sealed class SchemaValidator
{
    private readonly List<FieldError> _errors = [];

    private SchemaValidator()
    {
    }

    /// <param name="node">The whole object.</param>
    /// <param name="old">What stood there before, for transition rules; null on creation.</param>
    /// <param name="schema">Schema of the whole object.</param>
    public static IReadOnlyList<FieldError> Validate(JsonNode? node, JsonNode? old, SchemaNode schema)
    {
        var validator = new SchemaValidator();
        validator.Check(node, schema, "");
        // Rules need the shape: kube-apiserver does not evaluate them either while the object has the wrong one.
        if (validator._errors.Count == 0)
            validator.CheckRules(node, old, schema, "");
        return validator._errors;
    }

    private void Check(JsonNode? node, SchemaNode schema, string path)
    {
        if (node is null)
        {
            if (!schema.Nullable && schema.Type.Length > 0)
                WrongType(path, schema.Type, "null");
            return;
        }
        if (schema.IntOrString)
        {
            if (TypeOf(node) is not ("integer" or "string"))
                WrongType(path, "integer,string", TypeOf(node));
        }
        else if (schema.Type.Length > 0 && !Fits(TypeOf(node), schema.Type))
        {
            WrongType(path, schema.Type, TypeOf(node));
            return;
        }
        if (schema.Enum.Count > 0 && !schema.Enum.Any(allowed => JsonNode.DeepEquals(allowed, node)))
            _errors.Add(FieldError.NotSupported(path, node, schema.Enum.Select(Plain)));
        switch (node)
        {
            case JsonObject members:
                CheckObject(members, schema, path);
                break;
            case JsonArray items:
                CheckArray(items, schema, path);
                break;
            default:
                CheckScalar(node, schema, path);
                break;
        }
        CheckCombinations(node, schema, path);
    }

    private void CheckObject(JsonObject members, SchemaNode schema, string path)
    {
        foreach (var name in schema.Required)
        {
            if (!members.ContainsKey(name))
                _errors.Add(FieldError.Required(Join(path, name)));
        }
        if (schema.MinProperties is { } min && members.Count < min)
            _errors.Add(FieldError.Invalid(path, members.Count, $"{path} in body should have at least {min} properties"));
        if (schema.MaxProperties is { } max && members.Count > max)
            _errors.Add(FieldError.TooMany(path, members.Count, max));
        foreach (var (name, value) in members)
        {
            if (schema.Properties.TryGetValue(name, out var child) || (child = schema.AdditionalProperties) is not null)
                Check(value, child, Join(path, name));
        }
    }

    private void CheckArray(JsonArray items, SchemaNode schema, string path)
    {
        if (schema.MinItems is { } min && items.Count < min)
            _errors.Add(FieldError.Invalid(path, items.Count, $"{path} in body should have at least {min} items"));
        if (schema.MaxItems is { } max && items.Count > max)
            _errors.Add(FieldError.TooMany(path, items.Count, max));
        if (schema.Items is { } item)
        {
            for (var i = 0; i < items.Count; i++)
                Check(items[i], item, $"{path}[{i}]");
        }
        CheckDuplicates(items, schema, path);
    }

    private void CheckDuplicates(JsonArray items, SchemaNode schema, string path)
    {
        if (schema.ListType is not ("set" or "map") && !schema.UniqueItems)
            return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++)
        {
            var key = items[i];
            if (schema.ListType == "map" && items[i] is JsonObject members)
                key = new JsonObject(schema.ListMapKeys.Select(name => KeyValuePair.Create(name, members[name]?.DeepClone())));
            if (!seen.Add(key?.ToJsonString() ?? "null"))
                _errors.Add(FieldError.Duplicate($"{path}[{i}]", key));
        }
    }

    private void CheckScalar(JsonNode node, SchemaNode schema, string path)
    {
        if (node.GetValueKind() == JsonValueKind.String)
            CheckText(node.GetValue<string>(), schema, path);
        else if (node.GetValueKind() == JsonValueKind.Number)
            CheckNumber(node.AsValue().TryGetValue<long>(out var whole) ? whole : node.GetValue<double>(), node, schema, path);
    }

    private void CheckText(string text, SchemaNode schema, string path)
    {
        var length = text.EnumerateRunes().Count();
        if (schema.MinLength is { } min && length < min)
            _errors.Add(FieldError.Invalid(path, text, $"{path} in body should be at least {min} chars long"));
        if (schema.MaxLength is { } max && length > max)
            _errors.Add(FieldError.TooLong(path, max));
        if (schema.Pattern is { } pattern && !pattern.IsMatch(text))
            _errors.Add(FieldError.Invalid(path, text, $"{path} in body should match '{schema.PatternText}'"));
        if (!TextFormats.Fits(schema.Format, text))
            _errors.Add(FieldError.TypeInvalid(path, text, $"{path} in body must be of type {schema.Format}: \"{text}\""));
    }

    private void CheckNumber(double number, JsonNode node, SchemaNode schema, string path)
    {
        if (schema.Minimum is { } min && (schema.ExclusiveMinimum ? number <= min : number < min))
            _errors.Add(FieldError.Invalid(path, node, $"{path} in body should be greater than {(schema.ExclusiveMinimum ? "" : "or equal to ")}{min}"));
        if (schema.Maximum is { } max && (schema.ExclusiveMaximum ? number >= max : number > max))
            _errors.Add(FieldError.Invalid(path, node, $"{path} in body should be less than {(schema.ExclusiveMaximum ? "" : "or equal to ")}{max}"));
        if (schema.MultipleOf is { } step && number % step != 0)
            _errors.Add(FieldError.Invalid(path, node, $"{path} in body should be a multiple of {step}"));
    }

    private void CheckCombinations(JsonNode node, SchemaNode schema, string path)
    {
        foreach (var inner in schema.AllOf)
            Check(node, inner, path);
        if (schema.AnyOf.Count > 0 && !schema.AnyOf.Any(inner => Fits(node, inner)))
            _errors.Add(FieldError.Invalid(path, node, $"\"{path}\" must validate at least one schema (anyOf)"));
        if (schema.OneOf.Count > 0 && schema.OneOf.Count(inner => Fits(node, inner)) != 1)
            _errors.Add(FieldError.Invalid(path, node, $"\"{path}\" must validate one and only one schema (oneOf)"));
        if (schema.Not is { } not && Fits(node, not))
            _errors.Add(FieldError.Invalid(path, node, $"\"{path}\" must not validate the schema (not)"));
    }

    private void CheckRules(JsonNode? node, JsonNode? old, SchemaNode schema, string path)
    {
        foreach (var rule in schema.Rules)
        {
            if (node is null || (rule.Rule.UsesOldSelf && old is null))
                continue;
            try
            {
                if (!rule.Rule.Holds(node, old))
                    _errors.Add(Broken(rule, node, path));
            }
            catch (CelException failure)
            {
                _errors.Add(FieldError.Invalid(path, Plainly(node), $"rule evaluation error: {failure.Message}: {rule.Message}"));
            }
        }
        if (node is JsonObject members)
        {
            foreach (var (name, value) in members)
            {
                if (schema.Properties.TryGetValue(name, out var child) || (child = schema.AdditionalProperties) is not null)
                    CheckRules(value, (old as JsonObject)?[name], child, Join(path, name));
            }
        }
        else if (node is JsonArray items && schema.Items is { } item)
        {
            for (var i = 0; i < items.Count; i++)
                CheckRules(items[i], Earlier(items[i], old as JsonArray, schema), item, $"{path}[{i}]");
        }
    }

    // Items of a map list are the same item when their keys are; those of other lists have nothing that came before (a transition rule there is
    // refused when the definition is read).
    private static JsonNode? Earlier(JsonNode? item, JsonArray? old, SchemaNode list) => list.ListType == "map"
        ? old?.FirstOrDefault(before => list.ListMapKeys.All(key => JsonNode.DeepEquals(before?[key], item?[key])))
        : null;

    private static FieldError Broken(SchemaRule rule, JsonNode node, string path)
    {
        var field = path + rule.FieldPath;
        if (path.Length == 0)
            field = field.TrimStart('.');
        return rule.Reason switch
        {
            "FieldValueForbidden" => FieldError.Forbidden(field, rule.Message),
            "FieldValueRequired" => FieldError.Required(field, rule.Message),
            "FieldValueDuplicate" => FieldError.Duplicate(field, Plainly(node)),
            _ => FieldError.Invalid(field, Plainly(node), rule.Message),
        };
    }

    private static bool Fits(JsonNode node, SchemaNode schema)
    {
        var trial = new SchemaValidator();
        trial.Check(node, schema, "");
        return trial._errors.Count == 0;
    }

    private void WrongType(string path, string wanted, string actual) =>
        _errors.Add(FieldError.TypeInvalid(path, actual, $"{path} in body must be of type {wanted}: \"{actual}\""));

    private static bool Fits(string actual, string wanted) => actual == wanted || (actual == "integer" && wanted == "number");

    private static string TypeOf(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => node.AsValue().TryGetValue<long>(out _) || double.IsInteger(node.GetValue<double>()) ? "integer" : "number",
        JsonValueKind.Null => "null",
        _ => "boolean",
    };

    // A rule's failure names the type of a composite value, not its content.
    private static object Plainly(JsonNode node) => node is JsonObject or JsonArray ? TypeOf(node) : node;

    private static string Plain(JsonNode? node) => node.Text() ?? node?.ToJsonString() ?? "null";

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
