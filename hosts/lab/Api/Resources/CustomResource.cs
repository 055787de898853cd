using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Schemas;
using Handcarry.Lab.Api.Tables;

namespace Handcarry.Lab.Api.Resources;

/// <summary>Makes a served resource of a <c>CustomResourceDefinition</c> (apiextensions.k8s.io/v1).</summary>
internal static class CustomResource
{
    /// <summary>The resource in the version that is stored. Throws <see cref="FormatException"/> for what is no such definition.</summary>
    public static ResourceType Define(JsonObject crd)
    {
        if (crd.Text("apiVersion") != "apiextensions.k8s.io/v1" || crd.Text("kind") != "CustomResourceDefinition")
            throw new FormatException("This is no apiextensions.k8s.io/v1 CustomResourceDefinition.");
        var group = Need(crd, "spec", "group");
        var plural = Need(crd, "spec", "names", "plural");
        if (crd.Text("metadata", "name") != $"{plural}.{group}")
            throw new FormatException($"metadata.name must be {plural}.{group}.");
        var version = (crd["spec"]!["versions"] as JsonArray ?? [])
            .OfType<JsonObject>().SingleOrDefault(entry => entry["storage"]?.GetValue<bool>() == true)
            ?? throw new FormatException($"{plural}.{group}: exactly one version must have storage: true.");
        var hasStatus = version["subresources"]?["status"] is not null;
        var kind = Need(crd, "spec", "names", "kind");
        var schema = SchemaReader.Read(version["schema"]?["openAPIV3Schema"]);
        SchemaStructure.Check(schema, $"{plural}.{group}");
        return new ResourceType
        {
            Group = group,
            Version = Need(version, "name"),
            Plural = plural,
            Singular = crd.Text("spec", "names", "singular") ?? kind.ToLowerInvariant(),
            Kind = kind,
            ListKind = crd.Text("spec", "names", "listKind") ?? kind + "List",
            Namespaced = Need(crd, "spec", "scope") == "Namespaced",
            Schema = schema,
            Rules = new CustomResourceRules(hasStatus),
            ShortNames = Texts(crd["spec"]!["names"]!["shortNames"]),
            Categories = Texts(crd["spec"]!["names"]!["categories"]),
            HasStatus = hasStatus,
            IsCustom = true,
            Columns = TableForm.Columns(version["additionalPrinterColumns"] as JsonArray),
        };
    }

    /// <summary>Adds to a definition what its controllers would: the names accepted, the conditions, the stored versions.</summary>
    public static JsonObject Established(JsonObject crd, ResourceType type, DateTimeOffset now)
    {
        var established = (JsonObject)crd.DeepClone();
        established["status"] = new JsonObject
        {
            ["acceptedNames"] = crd["spec"]!["names"]!.DeepClone(),
            ["conditions"] = new JsonArray(
                Condition("NamesAccepted", "NoConflicts", "no conflicts found", now),
                Condition("Established", "InitialNamesAccepted", "the initial names have been accepted", now)),
            ["storedVersions"] = new JsonArray(type.Version),
        };
        return established;
    }

    private static JsonObject Condition(string type, string reason, string message, DateTimeOffset now) => new()
    {
        ["type"] = type,
        ["status"] = "True",
        ["reason"] = reason,
        ["message"] = message,
        ["lastTransitionTime"] = ObjectMeta.Time(now),
    };

    private static string Need(JsonObject crd, params ReadOnlySpan<string> path) =>
        crd.Text(path) ?? throw new FormatException($"The definition has no {string.Join('.', path)}.");

    private static string[] Texts(JsonNode? list) => [.. (list as JsonArray ?? []).Select(item => item.Text() ?? "")];
}
