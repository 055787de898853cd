using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Schemas;

namespace Handcarry.Lab.Api.Resources;

/// <summary>Custom resources (apiextensions-apiserver, pkg/registry/customresource: strategy.go and status_strategy.go).</summary>
internal sealed class CustomResourceRules(bool hasStatus) : KindRules
{
    public override bool AllowsUnconditionalUpdate => false;

    public override bool HasGeneration => true;

    public override void PrepareForCreate(JsonObject created)
    {
        if (hasStatus)
            created.Remove("status");
        created.Object("metadata")["generation"] = 1L;
    }

    public override void PrepareForUpdate(JsonObject updated, JsonObject old)
    {
        if (hasStatus)
            updated.Put("status", old["status"]);
        var generation = old["metadata"].Number("generation") ?? 0;
        updated.Object("metadata")["generation"] = generation + (SameBut(updated, old) ? 0 : 1);
    }

    public override void PrepareForStatusUpdate(JsonObject updated, JsonObject old)
    {
        base.PrepareForStatusUpdate(updated, old);
        updated.Put("metadata", old["metadata"]);
    }

    public override IReadOnlyList<FieldError> Validate(JsonObject validated, JsonObject? old, SchemaNode schema) =>
        SchemaValidator.Validate(validated, old, schema);

    // Everything but metadata counts, and but status where that is a subresource.
    private bool SameBut(JsonObject updated, JsonObject old)
    {
        bool Counts(string name) => name != "metadata" && !(hasStatus && name == "status");
        return updated.Where(member => Counts(member.Key)).All(member => old.ContainsKey(member.Key)
                && JsonNode.DeepEquals(member.Value, old[member.Key]))
            && old.Where(member => Counts(member.Key)).All(member => updated.ContainsKey(member.Key));
    }
}
