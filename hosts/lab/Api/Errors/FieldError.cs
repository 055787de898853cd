using System.Text.Json.Nodes;

namespace Handcarry.Lab.Api.Errors;

/// <summary>
/// One thing wrong with one field, worded as k8s.io/apimachinery/pkg/util/validation/field/errors.go does.
/// </summary>
/// <param name="Type">Cause reason, such as <c>FieldValueRequired</c>.</param>
/// <param name="Field">Path, such as <c>spec.desiredUpdate.image</c>.</param>
/// <param name="Body">The message without the path.</param>
internal sealed record FieldError(string Type, string Field, string Body)
{
    public static FieldError Required(string field, string detail = "") =>
        new("FieldValueRequired", field, detail.Length == 0 ? "Required value" : $"Required value: {detail}");

    public static FieldError Invalid(string field, object? value, string detail) =>
        new("FieldValueInvalid", field, $"Invalid value: {Show(value)}: {detail}");

    public static FieldError TypeInvalid(string field, object? value, string detail) =>
        new("FieldValueTypeInvalid", field, $"Invalid value: {Show(value)}: {detail}");

    public static FieldError Forbidden(string field, string detail) => new("FieldValueForbidden", field, $"Forbidden: {detail}");

    public static FieldError Duplicate(string field, object? value) =>
        new("FieldValueDuplicate", field, $"Duplicate value: {Show(value)}");

    public static FieldError TooLong(string field, int max, string unit = "may not be longer than {0}") =>
        new("FieldValueTooLong", field, "Too long: " + string.Format(unit, max));

    public static FieldError TooMany(string field, int actual, int max) =>
        new("FieldValueTooMany", field, $"Too many: {actual}: must have at most {max} items");

    public static FieldError NotSupported(string field, object? value, IEnumerable<string> supported) =>
        new("FieldValueNotSupported", field,
            $"Unsupported value: {Show(value)}: supported values: {string.Join(", ", supported.Select(Quote))}");

    public override string ToString() => $"{Field}: {Body}";

    private static string Show(object? value) => value switch
    {
        null => "null",
        string text => Quote(text),
        JsonNode node => node.GetValueKind() == System.Text.Json.JsonValueKind.String ? Quote(node.GetValue<string>()) : node.ToJsonString(),
        bool truth => truth ? "true" : "false",
        _ => value.ToString() ?? "",
    };

    private static string Quote(string text) => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\"";
}
