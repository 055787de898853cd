using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Schemas;

namespace Handcarry.Lab.Api.Resources;

/// <summary>
/// core/v1 Event (k8s.io/kubernetes/pkg/registry/core/event/strategy.go; pkg/apis/core/validation/events.go, legacyValidateEvent):
/// an event about a cluster-scoped object must live in the namespace "default".
/// </summary>
internal sealed class EventRules : KindRules
{
    public override bool AllowsCreateOnUpdate => true;

    public override IReadOnlyDictionary<string, Func<JsonObject, string>> SelectableFields { get; } = Fields();

    public override IReadOnlyList<FieldError> Validate(JsonObject validated, JsonObject? old, SchemaNode schema)
    {
        var errors = new List<FieldError>();
        var own = validated.Text("metadata", "namespace") ?? "";
        var involved = validated.Text("involvedObject", "namespace") ?? "";
        if (involved.Length == 0 ? own != "default" : own != involved)
            errors.Add(FieldError.Invalid("involvedObject.namespace", involved, "does not match event.namespace"));
        if (validated["eventTime"] is not null)
            CheckNewStyle(validated, errors);
        return errors;
    }

    private static void CheckNewStyle(JsonObject validated, List<FieldError> errors)
    {
        if ((validated.Text("reportingComponent") ?? "").Length == 0)
            errors.Add(FieldError.Required("reportingComponent"));
        foreach (var (name, max) in ((string, int)[])[("reportingInstance", 128), ("action", 128), ("reason", 128)])
        {
            var text = validated.Text(name) ?? "";
            if (text.Length == 0)
                errors.Add(FieldError.Required(name));
            else if (text.Length > max)
                errors.Add(FieldError.Invalid(name, "", $"can have at most {max} characters"));
        }
        if ((validated.Text("message") ?? "").Length > 1024)
            errors.Add(FieldError.Invalid("message", "", "can have at most 1024 characters"));
    }

    private static Dictionary<string, Func<JsonObject, string>> Fields()
    {
        var fields = new Dictionary<string, Func<JsonObject, string>>(StringComparer.Ordinal)
        {
            ["reason"] = e => e.Text("reason") ?? "",
            ["reportingComponent"] = e => e.Text("reportingComponent") ?? "",
            ["source"] = e => e.Text("source", "component") ?? e.Text("reportingComponent") ?? "",
            ["type"] = e => e.Text("type") ?? "",
        };
        foreach (var name in (string[])["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"])
            fields[$"involvedObject.{name}"] = e => e.Text("involvedObject", name) ?? "";
        return fields;
    }
}
