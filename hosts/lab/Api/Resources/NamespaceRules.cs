using System.Text.Json.Nodes;

namespace Handcarry.Lab.Api.Resources;

/// <summary>core/v1 Namespace (k8s.io/kubernetes/pkg/registry/core/namespace/strategy.go).</summary>
internal sealed class NamespaceRules : KindRules
{
    private const string NameLabel = "kubernetes.io/metadata.name";

    public override bool NameIsLabel => true;

    public override IReadOnlyDictionary<string, Func<JsonObject, string>> SelectableFields { get; } =
        new Dictionary<string, Func<JsonObject, string>>(StringComparer.Ordinal)
        {
            ["status.phase"] = space => space.Text("status", "phase") ?? "",
        };

    public override void PrepareForCreate(JsonObject created)
    {
        created["status"] = new JsonObject { ["phase"] = "Active" };
        created.Object("spec")["finalizers"] = new JsonArray("kubernetes");
        SetNameLabel(created);
    }

    public override void PrepareForUpdate(JsonObject updated, JsonObject old)
    {
        updated.Put("spec", old["spec"]);
        updated.Put("status", old["status"]);
        SetNameLabel(updated);
    }

    private static void SetNameLabel(JsonObject space)
    {
        var metadata = space.Object("metadata");
        if (metadata.Text("name") is { Length: > 0 } name)
            metadata.Object("labels")[NameLabel] = name;
    }
}
