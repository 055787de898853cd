using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Schemas;

namespace Handcarry.Lab.Api.Resources;

/// <summary>Role and ClusterRole (k8s.io/kubernetes/pkg/apis/rbac/validation, ValidatePolicyRule).</summary>
/// <param name="namespaced">True for Role.</param>
internal sealed class RoleRules(bool namespaced) : KindRules
{
    public override IReadOnlyList<FieldError> Validate(JsonObject validated, JsonObject? old, SchemaNode schema)
    {
        var errors = new List<FieldError>();
        var rules = validated["rules"] as JsonArray ?? [];
        for (var i = 0; i < rules.Count; i++)
        {
            var path = $"rules[{i}]";
            if (IsEmpty(rules[i]?["verbs"]))
                errors.Add(FieldError.Required($"{path}.verbs", "verbs must contain at least one value"));
            if (!IsEmpty(rules[i]?["nonResourceURLs"]))
            {
                if (namespaced)
                    errors.Add(FieldError.Invalid($"{path}.nonResourceURLs", rules[i]!["nonResourceURLs"], "namespaced rules cannot apply to non-resource URLs"));
                if (!IsEmpty(rules[i]?["apiGroups"]) || !IsEmpty(rules[i]?["resources"]) || !IsEmpty(rules[i]?["resourceNames"]))
                    errors.Add(FieldError.Invalid($"{path}.nonResourceURLs", rules[i]!["nonResourceURLs"], "rules cannot apply to both regular resources and non-resource URLs"));
                continue;
            }
            if (IsEmpty(rules[i]?["apiGroups"]))
                errors.Add(FieldError.Required($"{path}.apiGroups", "resource rules must supply at least one api group"));
            if (IsEmpty(rules[i]?["resources"]))
                errors.Add(FieldError.Required($"{path}.resources", "resource rules must supply at least one resource"));
        }
        return errors;
    }

    private static bool IsEmpty(JsonNode? list) => list is not JsonArray { Count: > 0 };
}
