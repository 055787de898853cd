using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Schemas;

namespace Handcarry.Lab.Api.Resources;

/// <summary>
/// Turns a body into an object of a kind: right apiVersion and kind, unknown fields dropped and named, defaults filled in.
/// </summary>
internal static class ObjectDecoder
{
    /// <param name="body">What was sent, or what a patch made of the stored object; it is not changed.</param>
    /// <param name="strict">Receives what strict decoding objects to: duplicate and unknown fields.</param>
    /// <exception cref="FormatException">The body is no such object; worded as the real decoder does.</exception>
    public static JsonObject Decode(JsonObject body, ResourceType type, List<string> strict)
    {
        var unknown = new List<string>();
        var decoded = type.IsCustom ? Custom(body, type, unknown) : new TypedDecoder(type.Kind, unknown).Decode(body, type.Schema);
        strict.AddRange(unknown.Select(path => $"unknown field \"{path}\""));
        decoded["apiVersion"] = type.ApiVersion;
        decoded["kind"] = type.Kind;
        // The order people know, and the same bytes for the same object.
        var ordered = new JsonObject();
        foreach (var name in ((string[])["apiVersion", "kind", "metadata"])
            .Concat(decoded.Select(member => member.Key).Order(StringComparer.Ordinal)).Distinct().ToArray())
        {
            if (decoded.ContainsKey(name))
                ordered[name] = decoded[name]?.DeepClone();
        }
        return ordered;
    }

    /// <summary>400 when the body is of another apiVersion or kind.</summary>
    public static void CheckKind(JsonObject body, ResourceType type)
    {
        var version = body.Text("apiVersion") ?? "";
        var kind = body.Text("kind") ?? "";
        if (type.IsCustom && (version.Length == 0 || kind.Length == 0))
            throw ApiFailure.BadRequest($"Object '{(kind.Length == 0 ? "Kind" : "apiVersion")}' is missing in '{body.ToJsonString()}'");
        if (version.Length > 0 && version != type.ApiVersion)
            throw ApiFailure.BadRequest($"the API version in the data ({version}) does not match the expected API version ({type.ApiVersion})");
        if (kind.Length > 0 && kind != type.Kind)
            throw ApiFailure.BadRequest($"{kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: the kinds differ");
    }

    private static JsonObject Custom(JsonObject body, ResourceType type, List<string> unknown)
    {
        var decoded = (JsonObject)body.DeepClone();
        var metadataUnknown = new List<string>();
        if (decoded["metadata"] is JsonObject metadata)
            decoded["metadata"] = new TypedDecoder(type.Kind + ".metadata", metadataUnknown).Decode(metadata, ObjectMeta.Schema);
        else if (decoded["metadata"] is { } other && other.GetValueKind() != JsonValueKind.Null)
            throw new FormatException("json: cannot unmarshal metadata into Go struct field of type v1.ObjectMeta");
        var schema = type.Schema with { EmbeddedResource = true };
        SchemaPruner.Prune(decoded, schema, "", unknown);
        SchemaDefaults.Apply(decoded, schema);
        SchemaPruner.PruneNulls(decoded, schema);
        unknown.AddRange(metadataUnknown.Select(path => $"metadata.{path}"));
        return decoded;
    }
}
