using System.Text.Json.Nodes;

namespace Handcarry.Lab.Api.Ownership;

/// <summary>
/// Values taken apart into fields and put together again (sigs.k8s.io/structured-merge-diff, typed/tofieldset.go, merge.go, remove.go).
/// </summary>
internal static class FieldWalk
{
    /// <summary>The fields of a value that is applied.</summary>
    public static FieldSet Fields(JsonNode value, FieldShape shape)
    {
        var set = new FieldSet();
        Collect(value, shape, [], set);
        return set;
    }

    public static FieldComparison Compare(JsonNode? old, JsonNode? now, FieldShape shape)
    {
        var comparison = new FieldComparison(new FieldSet(), new FieldSet(), new FieldSet());
        Compare((old is not null, old), (now is not null, now), shape, [], comparison);
        return comparison;
    }

    /// <summary><paramref name="live"/> with what <paramref name="applied"/> says; items keep the order of the live ones, new ones come last.</summary>
    public static JsonNode? Merge(JsonNode? live, JsonNode? applied, FieldShape shape)
    {
        if (applied is null || live is null || !shape.Divides(applied) || live.GetType() != applied.GetType())
            return applied?.DeepClone();
        var said = shape.Parts(applied).ToDictionary(static part => part.Element, static part => part.Value, StringComparer.Ordinal);
        if (said.Count == 0)
            return live.DeepClone();
        var merged = new List<(string Element, JsonNode? Value)>();
        foreach (var (element, value) in shape.Parts(live))
            merged.Add((element, said.Remove(element, out var wanted) ? Merge(value, wanted, shape.Of(element)) : value?.DeepClone()));
        merged.AddRange(said.Select(static part => (part.Key, part.Value?.DeepClone())));
        return Together(applied, merged);
    }

    /// <summary>The value without the fields of a set; what is left empty by that goes too.</summary>
    public static JsonNode? Remove(JsonNode? value, FieldSet removed, FieldShape shape)
    {
        if (value is null || removed.IsEmpty || !shape.Divides(value))
            return value?.DeepClone();
        var kept = new List<(string Element, JsonNode? Value)>();
        foreach (var (element, part) in shape.Parts(value))
        {
            if (removed.Has(element))
                continue;
            var rest = Remove(part, removed.Below(element), shape.Of(element));
            if (rest is not null || part is null)
                kept.Add((element, rest));
        }
        return kept.Count == 0 ? null : Together(value, kept);
    }

    private static JsonNode Together(JsonNode like, List<(string Element, JsonNode? Value)> parts) => like is JsonObject
        ? new JsonObject(parts.Select(static part => KeyValuePair.Create(part.Element[2..], part.Value)))
        : new JsonArray([.. parts.Select(static part => part.Value)]);

    private static void Collect(JsonNode? value, FieldShape shape, string[] path, FieldSet set)
    {
        if (!shape.Divides(value))
        {
            if (path.Length > 0)
                set.Insert(path);
            return;
        }
        foreach (var (element, part) in shape.Parts(value!))
        {
            string[] inner = [.. path, element];
            Collect(part, shape.Of(element), inner, set);
            var isItem = value is JsonArray;
            if (isItem || part is null or JsonObject { Count: 0 } || !shape.Declares(element))
                set.Insert(inner);
        }
    }

    private static void Compare(
        (bool There, JsonNode? Value) old, (bool There, JsonNode? Value) now, FieldShape shape, string[] path, FieldComparison to)
    {
        if (path.Length > 0 && old.There != now.There)
            (now.There ? to.Added : to.Removed).Insert(path);
        var divided = shape.Divides(old.Value) || shape.Divides(now.Value);
        if (!divided || (IsBare(old.Value) && IsBare(now.Value)) || (old.Value is not null && now.Value is not null && old.Value.GetType() != now.Value.GetType()))
        {
            if (path.Length > 0 && old.There && now.There && !JsonNode.DeepEquals(old.Value, now.Value))
                to.Modified.Insert(path);
            return;
        }
        var before = Parts(old.Value, shape);
        var after = Parts(now.Value, shape);
        foreach (var element in before.Keys.Union(after.Keys))
        {
            Compare((before.TryGetValue(element, out var was), was), (after.TryGetValue(element, out var @is), @is), shape.Of(element), [.. path, element], to);
        }
    }

    private static Dictionary<string, JsonNode?> Parts(JsonNode? value, FieldShape shape) => shape.Divides(value)
        ? shape.Parts(value!).ToDictionary(static part => part.Element, static part => part.Value, StringComparer.Ordinal)
        : [];

    private static bool IsBare(JsonNode? value) => value is null or JsonObject { Count: 0 } or JsonArray { Count: 0 };
}
