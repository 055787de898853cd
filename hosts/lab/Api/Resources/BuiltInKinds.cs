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
        yield return Core<V1Lease>("Lease", namespaced: true, new LeaseRules(), []) with { Group = "coordination.k8s.io" };
        yield return Core<V1CustomResourceDefinition>("CustomResourceDefinition", namespaced: false, new KindRules(), ["crd", "crds"], Definition) with
        {
            Group = "apiextensions.k8s.io",
            ReadOnly = true,
        };
    }

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
            Schema = schema ?? ModelSchema.Of(typeof(T)),
            Rules = rules,
            ShortNames = shortNames,
            Columns = BuiltInColumns.Of(kind),
        };
    }
}
