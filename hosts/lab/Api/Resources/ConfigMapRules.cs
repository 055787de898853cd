using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Schemas;

namespace Handcarry.Lab.Api.Resources;

/// <summary>core/v1 ConfigMap (k8s.io/kubernetes/pkg/apis/core/validation, ValidateConfigMap and ValidateConfigMapUpdate).</summary>
internal sealed partial class ConfigMapRules : KindRules
{
    private const int MaxBytes = 1 << 20;

    private const string KeyRule =
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', "
        + "regex used for validation is '[-._a-zA-Z0-9]+')";

    public override IReadOnlyList<FieldError> Validate(JsonObject validated, JsonObject? old, SchemaNode schema)
    {
        var errors = new List<FieldError>();
        var data = validated["data"] as JsonObject ?? [];
        var binary = validated["binaryData"] as JsonObject ?? [];
        var bytes = 0;
        foreach (var (key, value) in data)
        {
            CheckKey($"data[{key}]", key, errors);
            if (binary.ContainsKey(key))
                errors.Add(FieldError.Invalid($"data[{key}]", key, "duplicate of key present in binaryData"));
            bytes += Encoding.UTF8.GetByteCount(value.Text() ?? "");
        }
        foreach (var (key, value) in binary)
        {
            CheckKey($"binaryData[{key}]", key, errors);
            bytes += Convert.FromBase64String(value.Text() ?? "").Length;
        }
        if (bytes > MaxBytes)
            errors.Add(FieldError.TooLong("", MaxBytes, "must have at most {0} bytes"));
        if (old?["immutable"]?.GetValue<bool>() == true)
            CheckImmutable(validated, old, errors);
        return errors;
    }

    private static void CheckImmutable(JsonObject updated, JsonObject old, List<FieldError> errors)
    {
        const string why = "field is immutable when `immutable` is set";
        foreach (var name in (string[])["immutable", "data", "binaryData"])
        {
            if (!JsonNode.DeepEquals(updated[name], old[name]))
                errors.Add(FieldError.Forbidden(name, why));
        }
    }

    internal static void CheckKey(string field, string key, List<FieldError> errors)
    {
        if (key.Length > 253)
            errors.Add(FieldError.Invalid(field, key, "must be no more than 253 characters"));
        if (!Key().IsMatch(key))
            errors.Add(FieldError.Invalid(field, key, KeyRule));
        else if (key == ".")
            errors.Add(FieldError.Invalid(field, key, "must not be '.'"));
        else if (key == "..")
            errors.Add(FieldError.Invalid(field, key, "must not be '..'"));
        else if (key.StartsWith("..", StringComparison.Ordinal))
            errors.Add(FieldError.Invalid(field, key, "must not start with '..'"));
    }

    [GeneratedRegex("^[-._a-zA-Z0-9]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Key();
}
