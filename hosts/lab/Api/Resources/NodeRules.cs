using System.Text.Json.Nodes;

namespace Handcarry.Lab.Api.Resources;

/// <summary>core/v1 Node (k8s.io/kubernetes/pkg/registry/core/node/strategy.go): the kubelet creates it with its status.</summary>
internal sealed class NodeRules : KindRules
{
    public override IReadOnlyDictionary<string, Func<JsonObject, string>> SelectableFields { get; } =
        new Dictionary<string, Func<JsonObject, string>>(StringComparer.Ordinal)
        {
            ["spec.unschedulable"] = node => node["spec"]?["unschedulable"]?.ToJsonString() ?? "false",
        };

    public override IReadOnlyDictionary<string, string> MergeKeys { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["metadata.ownerReferences"] = "uid",
        ["metadata.finalizers"] = "",
        ["spec.taints"] = "key",
        ["spec.podCIDRs"] = "",
        ["status.conditions"] = "type",
        ["status.addresses"] = "type",
    };

    public override void PrepareForUpdate(JsonObject updated, JsonObject old) => updated.Put("status", old["status"]);
}
