using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Schemas;

namespace Handcarry.Lab.Api.Resources;

/// <summary>RoleBinding and ClusterRoleBinding (k8s.io/kubernetes/pkg/apis/rbac/validation, ValidateRoleBinding and its update).</summary>
/// <param name="namespaced">True for RoleBinding.</param>
internal sealed class BindingRules(bool namespaced) : KindRules
{
    private const string Group = "rbac.authorization.k8s.io";

    public override IReadOnlyList<FieldError> Validate(JsonObject validated, JsonObject? old, SchemaNode schema)
    {
        var errors = new List<FieldError>();
        var reference = validated["roleRef"];
        string[] kinds = namespaced ? ["Role", "ClusterRole"] : ["ClusterRole"];
        if (reference.Text("apiGroup") != Group)
            errors.Add(FieldError.NotSupported("roleRef.apiGroup", reference.Text("apiGroup") ?? "", [Group]));
        if (!kinds.Contains(reference.Text("kind")))
            errors.Add(FieldError.NotSupported("roleRef.kind", reference.Text("kind") ?? "", kinds));
        if ((reference.Text("name") ?? "").Length == 0)
            errors.Add(FieldError.Required("roleRef.name"));
        if (old is not null && !JsonNode.DeepEquals(old["roleRef"], reference))
            errors.Add(FieldError.Invalid("roleRef", reference, "cannot change roleRef"));
        var subjects = validated["subjects"] as JsonArray ?? [];
        for (var i = 0; i < subjects.Count; i++)
            CheckSubject(subjects[i], $"subjects[{i}]", errors);
        return errors;
    }

    private static void CheckSubject(JsonNode? subject, string path, List<FieldError> errors)
    {
        if ((subject.Text("name") ?? "").Length == 0)
            errors.Add(FieldError.Required($"{path}.name"));
        var group = subject.Text("apiGroup") ?? "";
        switch (subject.Text("kind"))
        {
            case "ServiceAccount":
                if ((subject.Text("namespace") ?? "").Length == 0)
                    errors.Add(FieldError.Required($"{path}.namespace"));
                if (group.Length > 0)
                    errors.Add(FieldError.NotSupported($"{path}.apiGroup", group, [""]));
                break;
            case "User" or "Group":
                if (group != Group)
                    errors.Add(FieldError.NotSupported($"{path}.apiGroup", group, [Group]));
                break;
            default:
                errors.Add(FieldError.NotSupported($"{path}.kind", subject.Text("kind") ?? "", ["ServiceAccount", "User", "Group"]));
                break;
        }
    }
}
