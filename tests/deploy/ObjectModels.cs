using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using k8s.Models;

namespace Handcarry.Deploy.Tests;

/// <summary>Kubernetes' own schemas, as the models that the official client generates from its OpenAPI document.</summary>
internal static class ObjectModels
{
    private static readonly JsonSerializerOptions Strict = new() { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    private static readonly Dictionary<string, Type> Kinds = new(StringComparer.Ordinal)
    {
        ["v1 Namespace"] = typeof(V1Namespace),
        ["v1 ConfigMap"] = typeof(V1ConfigMap),
        ["v1 Service"] = typeof(V1Service),
        ["v1 ServiceAccount"] = typeof(V1ServiceAccount),
        ["apps/v1 DaemonSet"] = typeof(V1DaemonSet),
        ["networking.k8s.io/v1 NetworkPolicy"] = typeof(V1NetworkPolicy),
        ["rbac.authorization.k8s.io/v1 Role"] = typeof(V1Role),
        ["rbac.authorization.k8s.io/v1 RoleBinding"] = typeof(V1RoleBinding),
        ["rbac.authorization.k8s.io/v1 ClusterRole"] = typeof(V1ClusterRole),
        ["rbac.authorization.k8s.io/v1 ClusterRoleBinding"] = typeof(V1ClusterRoleBinding),
        ["apiextensions.k8s.io/v1 CustomResourceDefinition"] = typeof(V1CustomResourceDefinition),
    };

    /// <summary>What is wrong with an object: a kind without a model, an unknown member, a value of another type; null when nothing is.</summary>
    public static string? Violation(JsonObject body)
    {
        var kind = $"{body.Text("apiVersion")} {body.Text("kind")}";
        if (!Kinds.TryGetValue(kind, out var model))
            return $"{kind}: there is no model for it";
        try
        {
            _ = body.Deserialize(model, Strict);
            return null;
        }
        catch (JsonException e)
        {
            return $"{kind} {body["metadata"]?.Text("name")}: {e.Message}";
        }
    }
}
