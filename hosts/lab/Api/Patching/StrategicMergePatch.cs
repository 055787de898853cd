using System.Text.Json.Nodes;

namespace Handcarry.Lab.Api.Patching;

/// <summary>
/// Strategic merge for built-in kinds (k8s.io/apimachinery/pkg/util/strategicpatch): lists with a known key merge element by element, <c>$patch</c>
/// deletes or replaces, <c>$deleteFromPrimitiveList</c> removes, <c>$setElementOrder</c> orders, <c>$retainKeys</c> keeps.
/// </summary>
/// <param name="mergeKeys">By path of a list: the member that names its elements; empty for a list of plain values that is a set.</param>
internal sealed class StrategicMergePatch(IReadOnlyDictionary<string, string> mergeKeys)
{
    private const string Delete = "$deleteFromPrimitiveList/";
    private const string Order = "$setElementOrder/";

    /// <summary>The document with the patch merged in; neither argument is changed.</summary>
    public JsonObject Apply(JsonObject document, JsonObject patch) => Merge(document, patch, "");

    private JsonObject Merge(JsonObject document, JsonObject patch, string path)
    {
        if (patch.Text("$patch") == "replace")
            return Without(patch, "$patch");
        if (patch.Text("$patch") == "delete")
            return [];
        var result = (JsonObject)document.DeepClone();
        if (patch["$retainKeys"] is JsonArray retained)
        {
            var keep = retained.Select(key => key.Text()).ToHashSet();
            foreach (var name in result.Select(member => member.Key).Where(name => !keep.Contains(name)).ToArray())
                result.Remove(name);
        }
        foreach (var (name, value) in patch)
        {
            if (!name.StartsWith('$'))
                MergeMember(result, name, value, path.Length == 0 ? name : $"{path}.{name}");
            else if (name.StartsWith(Delete, StringComparison.Ordinal) && result[name[Delete.Length..]] is JsonArray items)
                result[name[Delete.Length..]] = new JsonArray([.. items.Where(item => !Contains((JsonArray)value!, item)).Select(item => item?.DeepClone())]);
        }
        foreach (var (name, value) in patch)
        {
            if (name.StartsWith(Order, StringComparison.Ordinal) && result[name[Order.Length..]] is JsonArray items)
            {
                var list = name[Order.Length..];
                result[list] = Ordered(items, (JsonArray)value!, mergeKeys.GetValueOrDefault(path.Length == 0 ? list : $"{path}.{list}", ""));
            }
        }
        return result;
    }

    private void MergeMember(JsonObject result, string name, JsonNode? value, string path)
    {
        if (value is null)
            result.Remove(name);
        else if (value is JsonObject inner)
            result[name] = Merge(result[name] as JsonObject ?? [], inner, path);
        else if (value is JsonArray items && mergeKeys.TryGetValue(path, out var key))
            result[name] = MergeList(result[name] as JsonArray ?? [], items, key, path);
        else
            result[name] = value.DeepClone();
    }

    private JsonArray MergeList(JsonArray document, JsonArray patch, string key, string path)
    {
        if (patch.Any(item => item.Text("$patch") == "replace"))
            return new JsonArray([.. patch.Where(item => item.Text("$patch") is null).Select(item => item?.DeepClone())]);
        var result = (JsonArray)document.DeepClone();
        foreach (var item in patch)
        {
            if (key.Length == 0)
            {
                if (!Contains(result, item))
                    result.Add(item?.DeepClone());
                continue;
            }
            if (item is not JsonObject element || element[key] is not { } wanted)
                throw new PatchException($"map: {item?.ToJsonString() ?? "null"} does not contain declared merge key: {key}");
            var at = -1;
            for (var i = 0; i < result.Count && at < 0; i++)
                at = JsonNode.DeepEquals(result[i]?[key], wanted) ? i : -1;
            if (element.Text("$patch") == "delete")
            {
                if (at >= 0)
                    result.RemoveAt(at);
            }
            else if (at >= 0)
                result[at] = Merge((JsonObject)result[at]!, element, path);
            else
                result.Add(element.DeepClone());
        }
        return result;
    }

    private static JsonArray Ordered(JsonArray items, JsonArray order, string key)
    {
        int Place(JsonNode? item)
        {
            for (var i = 0; i < order.Count; i++)
            {
                if (JsonNode.DeepEquals(key.Length == 0 ? order[i] : order[i]?[key], key.Length == 0 ? item : item?[key]))
                    return i;
            }
            return int.MaxValue;
        }
        return new JsonArray([.. items.OrderBy(Place).Select(item => item?.DeepClone())]);
    }

    private static bool Contains(JsonArray items, JsonNode? wanted) => items.Any(item => JsonNode.DeepEquals(item, wanted));

    private static JsonObject Without(JsonObject members, string name)
    {
        var rest = (JsonObject)members.DeepClone();
        rest.Remove(name);
        return rest;
    }
}
