using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Resources;

namespace Handcarry.Lab.Api.Serving;

/// <summary>What clients ask to learn what is served: /api, /apis, their groups and versions, /version.</summary>
internal sealed class Discovery(ResourceRegistry registry)
{
    private static readonly string[] AllVerbs = ["create", "delete", "get", "list", "patch", "update", "watch"];
    private static readonly string[] ReviewVerbs = ["create"];
    private static readonly string[] ReadVerbs = ["get", "list", "watch"];

    /// <summary>Null for a path that is not one of these. 404 for a group or version that is not served.</summary>
    public JsonObject? Find(string path, string address)
    {
        return path.Trim('/').Split('/') switch
        {
            ["version"] => Version(),
            ["api"] => new JsonObject
            {
                ["kind"] = "APIVersions",
                ["versions"] = new JsonArray("v1"),
                ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = address }),
            },
            ["apis"] => new JsonObject
            {
                ["kind"] = "APIGroupList",
                ["apiVersion"] = "v1",
                ["groups"] = new JsonArray([.. Groups().Select(group => Group(group, alone: false))]),
            },
            ["apis", var group] => Groups().Contains(group) ? Group(group, alone: true) : throw ApiFailure.NoSuchResource(),
            ["api", "v1"] => Resources("", "v1"),
            ["apis", var group, var version] => Resources(group, version),
            _ => null,
        };
    }

    // The versions an OpenShift 4.13 reports; agents meet that release or a later one.
    private static JsonObject Version() => new()
    {
        ["major"] = "1",
        ["minor"] = "26",
        ["gitVersion"] = "v1.26.15",
        ["gitCommit"] = "",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "2024-03-14T00:54:27Z",
        ["goVersion"] = "go1.21.8",
        ["compiler"] = "gc",
        ["platform"] = "linux/amd64",
    };

    private IEnumerable<string> Groups() => registry.All.Select(type => type.Group).Where(group => group.Length > 0).Distinct();

    private JsonObject Group(string group, bool alone)
    {
        var version = registry.All.First(type => type.Group == group).Version;
        JsonObject Entry() => new() { ["groupVersion"] = $"{group}/{version}", ["version"] = version };
        var described = alone ? new JsonObject { ["kind"] = "APIGroup", ["apiVersion"] = "v1" } : [];
        described["name"] = group;
        described["versions"] = new JsonArray(Entry());
        described["preferredVersion"] = Entry();
        return described;
    }

    private JsonObject Resources(string group, string version)
    {
        var served = registry.All.Where(type => type.Group == group && type.Version == version).ToArray();
        if (served.Length == 0)
            throw ApiFailure.NoSuchResource();
        var resources = new JsonArray();
        foreach (var type in served)
        {
            resources.Add(Resource(type, type.Plural, type.IsReview ? ReviewVerbs : type.ReadOnly ? ReadVerbs : AllVerbs));
            if (type.HasStatus)
                resources.Add(Resource(type, type.Plural + "/status", ["get", "patch", "update"]));
        }
        return new JsonObject
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}",
            ["resources"] = resources,
        };
    }

    private static JsonObject Resource(ResourceType type, string name, string[] verbs)
    {
        var main = name == type.Plural;
        var resource = new JsonObject
        {
            ["name"] = name,
            ["singularName"] = main ? type.Singular : "",
            ["namespaced"] = type.Namespaced,
            ["kind"] = type.Kind,
            ["verbs"] = new JsonArray([.. verbs.Select(verb => JsonValue.Create(verb))]),
        };
        if (main && type.ShortNames.Count > 0)
            resource["shortNames"] = new JsonArray([.. type.ShortNames.Select(shortName => JsonValue.Create(shortName))]);
        if (main && type.Categories.Count > 0)
            resource["categories"] = new JsonArray([.. type.Categories.Select(category => JsonValue.Create(category))]);
        return resource;
    }
}
