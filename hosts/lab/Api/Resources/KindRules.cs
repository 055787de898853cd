using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Schemas;

namespace Handcarry.Lab.Api.Resources;

/// <summary>
/// What is particular to a kind when it is written (the "strategies" of k8s.io/kubernetes/pkg/registry). The base is a kind without particulars.
/// </summary>
internal class KindRules
{
    /// <summary>A PUT without resourceVersion overwrites whatever is there.</summary>
    public virtual bool AllowsUnconditionalUpdate => true;

    /// <summary>A PUT of an object that is not there creates it.</summary>
    public virtual bool AllowsCreateOnUpdate => false;

    /// <summary>Names are DNS labels, not subdomains.</summary>
    public virtual bool NameIsLabel => false;

    /// <summary>What metadata.generation counts; false for kinds that have none.</summary>
    public virtual bool HasGeneration => false;

    /// <summary>Field selectors beyond metadata.name and metadata.namespace.</summary>
    public virtual IReadOnlyDictionary<string, Func<JsonObject, string>> SelectableFields { get; } =
        new Dictionary<string, Func<JsonObject, string>>();

    /// <summary>Key of the elements of a list in a strategic merge patch, by path below the object; lists without one are replaced.</summary>
    public virtual IReadOnlyDictionary<string, string> MergeKeys { get; } =
        new Dictionary<string, string> { ["metadata.ownerReferences"] = "uid", ["metadata.finalizers"] = "" };

    public virtual void PrepareForCreate(JsonObject created)
    {
    }

    public virtual void PrepareForUpdate(JsonObject updated, JsonObject old)
    {
    }

    /// <summary>Leaves of <paramref name="updated"/> only what a write of /status may change.</summary>
    public virtual void PrepareForStatusUpdate(JsonObject updated, JsonObject old)
    {
        foreach (var name in updated.Select(member => member.Key).Where(name => name is not ("status" or "metadata")).ToArray())
            updated.Remove(name);
        foreach (var (name, value) in old)
        {
            if (name is not ("status" or "metadata"))
                updated.Put(name, value);
        }
    }

    /// <param name="validated">The object as it would be stored.</param>
    /// <param name="old">What it replaces; null on creation.</param>
    public virtual IReadOnlyList<FieldError> Validate(JsonObject validated, JsonObject? old, SchemaNode schema) => [];
}
