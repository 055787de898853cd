using System.Text.Json.Nodes;

namespace Handcarry.Lab.Api.Patching;

/// <summary>RFC 7396.</summary>
internal static class MergePatch
{
    /// <summary>The document with the patch merged in; neither argument is changed.</summary>
    public static JsonNode? Apply(JsonNode? document, JsonNode? patch)
    {
        if (patch is not JsonObject members)
            return patch?.DeepClone();
        var result = document is JsonObject ? (JsonObject)document.DeepClone() : [];
        foreach (var (name, value) in members)
        {
            if (value is null)
                result.Remove(name);
            else
                result[name] = Apply(result[name], value);
        }
        return result;
    }
}
