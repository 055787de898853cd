using Handcarry.Lab.Api.Schemas;
using Handcarry.Lab.Api.Tables;
using k8s.Models;

namespace Handcarry.Lab.Api.Resources;

/// <summary>The built-in resources that the lab's agents and people use.</summary>
internal static class BuiltInKinds
{
    public static IEnumerable<ResourceType> All()
    {
        yield return Core<V1ConfigMap>("ConfigMap", namespaced: true, new ConfigMapRules(), ["cm"]);
        yield return Core<Corev1Event>("Event", namespaced: true, new EventRules(), ["ev"]);
        yield return Core<V1Namespace>("Namespace", namespaced: false, new NamespaceRules(), ["ns"]) with { HasStatus = true };
        yield return Core<V1Secret>("Secret", namespaced: true, new SecretRules(), []);
        yield return Core<V1Node>("Node", namespaced: false, new NodeRules(), ["no"]) with { HasStatus = true };
        yield return Core<V1Pod>("Pod", namespaced: true, new KindRules(), ["po"]) with { HasStatus = true };
        yield return Core<V1DaemonSet>("DaemonSet", namespaced: true, new DaemonSetRules(), ["ds"]) with { Group = "apps", HasStatus = true };
        yield return Core<V1Lease>("Lease", namespaced: true, new LeaseRules(), []) with { Group = "coordination.k8s.io" };
        yield return Core<V1CustomResourceDefinition>("CustomResourceDefinition", namespaced: false, new KindRules(), ["crd", "crds"], Definition) with
        {
            Group = "apiextensions.k8s.io",
            ReadOnly = true,
        };
        foreach (var type in Access())
            yield return type;
    }

    private static IEnumerable<ResourceType> Access()
    {
        const string roles = "rbac.authorization.k8s.io";
        yield return Core<V1ServiceAccount>("ServiceAccount", namespaced: true, new KindRules(), ["sa"]);
        yield return Core<V1Role>("Role", namespaced: true, new RoleRules(namespaced: true), []) with { Group = roles };
        yield return Core<V1ClusterRole>("ClusterRole", namespaced: false, new RoleRules(namespaced: false), []) with { Group = roles };
        yield return Core<V1RoleBinding>("RoleBinding", namespaced: true, new BindingRules(namespaced: true), []) with { Group = roles };
        yield return Core<V1ClusterRoleBinding>("ClusterRoleBinding", namespaced: false, new BindingRules(namespaced: false), []) with { Group = roles };
        yield return Review<V1TokenReview>("TokenReview", "authentication.k8s.io");
        yield return Review<V1SubjectAccessReview>("SubjectAccessReview", "authorization.k8s.io");
        yield return Review<V1SelfSubjectAccessReview>("SelfSubjectAccessReview", "authorization.k8s.io");
    }

    private static ResourceType Review<T>(string kind, string group) =>
        Core<T>(kind, namespaced: false, new KindRules(), []) with { Group = group, IsReview = true };

    private static SchemaNode Definition { get; } = new()
    {
        Type = "object",
        Properties = new Dictionary<string, SchemaNode>(StringComparer.Ordinal)
        {
            ["apiVersion"] = new() { Type = "string" },
            ["kind"] = new() { Type = "string" },
            ["metadata"] = ObjectMeta.Schema,
            ["spec"] = new() { PreserveUnknown = true },
            ["status"] = new() { PreserveUnknown = true },
        },
    };

    private static ResourceType Core<T>(string kind, bool namespaced, KindRules rules, IReadOnlyList<string> shortNames, SchemaNode? schema = null)
    {
        var singular = kind.ToLowerInvariant();
        return new ResourceType
        {
            Group = "",
            Version = "v1",
            Plural = singular + "s",
            Singular = singular,
            Kind = kind,
            ListKind = kind + "List",
            Namespaced = namespaced,
            Schema = schema ?? ModelSchema.Of(typeof(T), rules.MergeKeys),
            Rules = rules,
            ShortNames = shortNames,
            Columns = BuiltInColumns.Of(kind),
        };
    }
}
