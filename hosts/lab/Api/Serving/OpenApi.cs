using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Resources;

namespace Handcarry.Lab.Api.Serving;

/// <summary>
/// As much of /openapi/v3 as <c>kubectl apply</c> and <c>create</c> need: that the server checks fields itself (the fieldValidation parameter). Schemas are not told.
/// </summary>
internal sealed class OpenApi(ResourceRegistry registry)
{
    /// <summary>Null for a path that is not below /openapi/v3. 404 for a group that is not served.</summary>
    public JsonObject? Find(string path)
    {
        const string root = "/openapi/v3";
        if (path == root)
        {
            return new JsonObject
            {
                ["paths"] = new JsonObject(registry.All.Select(Group).Distinct().Select(group =>
                    KeyValuePair.Create(group, (JsonNode?)new JsonObject { ["serverRelativeURL"] = $"{root}/{group}?hash=lab" }))),
            };
        }
        if (!path.StartsWith(root + "/", StringComparison.Ordinal))
            return null;
        var served = registry.All.Where(type => Group(type) == path[(root.Length + 1)..]).ToArray();
        return served.Length == 0 ? throw ApiFailure.NoSuchResource() : new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "v1.26.15" },
            ["paths"] = new JsonObject(served.Where(type => !type.ReadOnly).Select(type => KeyValuePair.Create(
                $"/{Group(type)}/{(type.Namespaced ? "namespaces/{namespace}/" : "")}{type.Plural}/{{name}}", (JsonNode?)Patch(type)))),
        };
    }

    private static string Group(ResourceType type) => type.Group.Length == 0 ? $"api/{type.Version}" : $"apis/{type.Group}/{type.Version}";

    private static JsonObject Patch(ResourceType type) => new()
    {
        ["patch"] = new JsonObject
        {
            ["parameters"] = new JsonArray(new JsonObject
            {
                ["name"] = "fieldValidation",
                ["in"] = "query",
                ["schema"] = new JsonObject { ["type"] = "string", ["uniqueItems"] = true },
            }),
            ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
            ["x-kubernetes-action"] = "patch",
            ["x-kubernetes-group-version-kind"] = new JsonObject { ["group"] = type.Group, ["version"] = type.Version, ["kind"] = type.Kind },
        },
    };
}
