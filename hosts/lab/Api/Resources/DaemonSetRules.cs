using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Schemas;

namespace Handcarry.Lab.Api.Resources;

/// <summary>
/// apps/v1 DaemonSet (k8s.io/kubernetes/pkg/registry/apps/daemonset/strategy.go and pkg/apis/apps/validation, ValidateDaemonSet and its update): the selector never changes and
/// selects the template, and pods that hold ports of their host cannot be two on a node.
/// </summary>
internal sealed class DaemonSetRules : KindRules
{
    public override bool HasGeneration => true;

    public override void PrepareForCreate(JsonObject created)
    {
        created.Remove("status");
        created.Object("metadata")["generation"] = 1L;
    }

    public override void PrepareForUpdate(JsonObject updated, JsonObject old)
    {
        updated.Put("status", old["status"]);
        updated.Object("metadata")["generation"] = (old["metadata"].Number("generation") ?? 0) + (JsonNode.DeepEquals(updated["spec"], old["spec"]) ? 0 : 1);
    }

    public override IReadOnlyList<FieldError> Validate(JsonObject validated, JsonObject? old, SchemaNode schema)
    {
        var errors = new List<FieldError>();
        var (spec, template) = (validated["spec"], validated["spec"]?["template"]);
        var wanted = spec?["selector"]?["matchLabels"] as JsonObject ?? [];
        if (wanted.Count == 0 && spec?["selector"]?["matchExpressions"] is not JsonArray { Count: > 0 })
            errors.Add(FieldError.Invalid("spec.selector", "{}", "empty selector is invalid for daemonset"));
        if (wanted.Any(label => template?["metadata"]?["labels"]?[label.Key].Text() != label.Value.Text()))
            errors.Add(FieldError.Invalid("spec.template.metadata.labels", template?["metadata"]?["labels"], "`selector` does not match template `labels`"));
        if (old is not null && !JsonNode.DeepEquals(old["spec"]?["selector"], spec?["selector"]))
            errors.Add(FieldError.Invalid("spec.selector", spec?["selector"], "field is immutable"));
        if (template?["spec"]?["containers"] is not JsonArray { Count: > 0 } containers)
            errors.Add(FieldError.Required("spec.template.spec.containers"));
        else
            CheckUpdate(spec!, containers, errors);
        return errors;
    }

    private static void CheckUpdate(JsonNode spec, JsonArray containers, List<FieldError> errors)
    {
        const string path = "spec.updateStrategy.rollingUpdate";
        for (var i = 0; i < containers.Count; i++)
        {
            if ((containers[i].Text("image") ?? "").Length == 0)
                errors.Add(FieldError.Required($"spec.template.spec.containers[{i}].image"));
        }

        var rolling = spec["updateStrategy"]?["rollingUpdate"];
        var surge = rolling?["maxSurge"]?.ToString() is { } said && said is not ("0" or "0%");
        var gone = (rolling?["maxUnavailable"]?.ToString() ?? "1") is not ("0" or "0%");
        if (surge && gone)
            errors.Add(FieldError.Invalid($"{path}.maxSurge", rolling!["maxSurge"], "may not be set when maxUnavailable is non-zero"));
        if (!surge && !gone)
            errors.Add(FieldError.Invalid($"{path}.maxUnavailable", rolling?["maxUnavailable"], "may not be 0 when maxSurge is 0"));
        // In the network of its host, the port of a container is one of the host (pkg/apis/core/v1/defaults.go).
        var host = spec["template"]!["spec"]!["hostNetwork"]?.GetValue<bool>() == true;
        if (surge && containers.SelectMany(static container => container?["ports"] as JsonArray ?? []).Any(port => host || port?["hostPort"] is not null))
            errors.Add(FieldError.Forbidden($"{path}.maxSurge", "may not be set when host ports are used"));
    }
}
