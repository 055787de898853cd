using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Resources;
using Handcarry.Lab.Api.Schemas;

namespace Handcarry.Lab.Api.Ownership;

/// <summary>
/// Server-side apply, and the book-keeping of every other write for it (sigs.k8s.io/structured-merge-diff, merge/update.go, and
/// k8s.io/apiserver/pkg/endpoints/handlers/fieldmanager of release 1.26).
/// </summary>
internal sealed class FieldOwnership(ResourceType type)
{
    // fieldmanager/stripmeta.go: what identifies an object is nobody's.
    private static readonly FieldSet Nobodys = SetOf(
        ["f:apiVersion"], ["f:kind"], ["f:metadata"], ["f:metadata", "f:name"], ["f:metadata", "f:namespace"], ["f:metadata", "f:creationTimestamp"],
        ["f:metadata", "f:selfLink"], ["f:metadata", "f:uid"], ["f:metadata", "f:generation"], ["f:metadata", "f:managedFields"],
        ["f:metadata", "f:resourceVersion"]);

    private readonly FieldShape _shape = new(type.Schema with
    {
        Properties = new Dictionary<string, SchemaNode>(type.Schema.Properties, StringComparer.Ordinal)
        {
            ["apiVersion"] = new() { Type = "string" },
            ["kind"] = new() { Type = "string" },
            ["metadata"] = ObjectMeta.Schema,
        },
    });

    /// <summary>Puts into <paramref name="updated"/> who owns what after a write that is no apply.</summary>
    /// <param name="old">What stood there; null on creation.</param>
    public void RecordUpdate(JsonObject updated, JsonObject? old, FieldWriter writer, string now)
    {
        var before = old?["metadata"]?["managedFields"];
        try
        {
            var managed = ManagedFields.Of(before);
            var comparison = Compare(old, updated, writer);
            TakeFromOthers(managed, comparison, writer, now);
            managed.Set(writer, managed[writer].Union(comparison.Modified).Union(comparison.Added).Difference(comparison.Removed).Difference(Nobodys), now);
            updated.Object("metadata").Put("managedFields", managed.ToJson());
        }
        catch (FormatException)
        {
            // A list with an item twice cannot be taken apart; the real server then leaves the book as it was, too.
            updated.Object("metadata").Put("managedFields", before);
        }
    }

    /// <summary>The object after <paramref name="applied"/>, with its managedFields. 409 naming each field that somebody else owns with another value.</summary>
    /// <param name="applied">Only what the writer wants; not changed.</param>
    /// <param name="live">What stands there; null when nothing does.</param>
    public JsonObject Apply(JsonObject applied, JsonObject? live, FieldWriter writer, bool force, string now)
    {
        CheckDeclared(applied);
        var present = (JsonObject?)live?.DeepClone() ?? new JsonObject { ["apiVersion"] = type.ApiVersion, ["kind"] = type.Kind };
        var managed = ManagedFields.Of(present["metadata"]?["managedFields"]);
        present.Object("metadata").Remove("managedFields");
        FieldSet set;
        JsonNode merged;
        try
        {
            set = FieldWalk.Fields(applied, _shape).Without(Ignored(writer)).Difference(Nobodys);
            merged = FieldWalk.Merge(present, applied, _shape)!;
        }
        catch (FormatException failure)
        {
            throw ApiFailure.Storage($"failed to create typed patch object ({Describe(applied)}): {failure.Message}");
        }
        var last = managed[writer];
        managed.Set(writer, set, now);
        merged = Pruned(merged, last, managed);
        var comparison = Compare(present, merged, writer);
        if (!force)
            CheckConflicts(managed, comparison, writer);
        TakeFromOthers(managed, comparison, writer, now);
        var result = (JsonObject)merged;
        result.Object("metadata").Put("managedFields", managed.ToJson());
        return result;
    }

    private FieldComparison Compare(JsonObject? old, JsonNode now, FieldWriter writer)
    {
        var before = (JsonObject?)old?.DeepClone();
        (before?["metadata"] as JsonObject)?.Remove("managedFields");
        var after = (JsonObject)now.DeepClone();
        (after["metadata"] as JsonObject)?.Remove("managedFields");
        return FieldWalk.Compare(before ?? [], after, _shape).Without(Ignored(writer));
    }

    // What a write through this address does not reach ("reset fields").
    private FieldSet Ignored(FieldWriter writer) => writer.Subresource == "status"
        ? SetOf(["f:spec"], ["f:metadata"])
        : type.HasStatus ? SetOf(["f:status"]) : FieldSet.Empty;

    private static void TakeFromOthers(ManagedFields managed, FieldComparison comparison, FieldWriter writer, string now)
    {
        foreach (var other in managed.Writers.Where(other => other != writer).ToArray())
        {
            managed.Set(other, managed[other]
                .Difference(managed[other].Intersection(comparison.Modified.Union(comparison.Added)))
                .Difference(comparison.Removed), now);
        }
    }

    // What the writer applied last time, does not any more, and nobody else owns.
    private JsonNode Pruned(JsonNode merged, FieldSet last, ManagedFields managed)
    {
        if (last.IsEmpty)
            return merged;
        var all = FieldWalk.Fields(merged, _shape).WithNamedFields(_shape);
        var owned = managed.Writers.Aggregate(FieldSet.Empty, (sum, writer) => sum.Union(managed[writer])).WithNamedFields(_shape);
        var lasting = last.WithNamedFields(_shape);
        FieldSet FieldsOf(JsonNode? value) => value is null ? FieldSet.Empty : FieldWalk.Fields(value, _shape).WithNamedFields(_shape);

        var without = FieldWalk.Remove(merged, lasting, _shape);
        var addedBack = FieldWalk.Remove(merged, all.Difference(FieldsOf(without).Union(owned)), _shape);
        return FieldWalk.Remove(merged, all.Difference(FieldsOf(addedBack)).Intersection(lasting), _shape) ?? new JsonObject();
    }

    private static void CheckConflicts(ManagedFields managed, FieldComparison comparison, FieldWriter writer)
    {
        var changed = comparison.Modified.Union(comparison.Added);
        var conflicts = managed.Writers.Where(other => other != writer)
            .SelectMany(other => managed[other].Intersection(changed).Paths().Select(path => (other, path)))
            .OrderBy(conflict => conflict.other.ToString(), StringComparer.Ordinal).ToArray();
        if (conflicts.Length > 0)
            throw ApiFailure.ApplyConflict([.. conflicts.Select(conflict => (conflict.other.ToString(), conflict.path))]);
    }

    // Apply knows no pruning: a field the schema lacks is an error.
    private void CheckDeclared(JsonObject applied)
    {
        if (Undeclared(applied, _shape, "") is { } path)
            throw ApiFailure.Storage($"failed to create typed patch object ({Describe(applied)}): {path}: field not declared in schema");
    }

    private static string? Undeclared(JsonNode? value, FieldShape shape, string path) => value switch
    {
        JsonObject members => members
            .Select(member => shape.Allows(member.Key) ? Undeclared(member.Value, shape.Of($"f:{member.Key}"), $"{path}.{member.Key}") : $"{path}.{member.Key}")
            .FirstOrDefault(static found => found is not null),
        JsonArray items => items.Select((item, i) => Undeclared(item, shape.Of("i:"), $"{path}[{i}]")).FirstOrDefault(static found => found is not null),
        _ => null,
    };

    private string Describe(JsonObject applied) =>
        $"{applied.Text("metadata", "namespace")}/{applied.Text("metadata", "name")}; {type.ApiVersion}, Kind={type.Kind}";

    private static FieldSet SetOf(params string[][] paths)
    {
        var set = new FieldSet();
        foreach (var path in paths)
            set.Insert(path);
        return set;
    }
}
