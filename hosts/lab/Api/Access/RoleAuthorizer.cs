using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Resources;
using Handcarry.Lab.Api.Storage;

namespace Handcarry.Lab.Api.Access;

/// <summary>
/// Role-based access control from the roles and bindings in the store (k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac). There are no
/// roles but those that have been put in; of those that a fresh cluster has, only <c>system:basic-user</c> holds: everybody may ask what he may.
/// </summary>
internal sealed class RoleAuthorizer(ResourceRegistry registry, VersionedStore store)
{
    private const string Group = "rbac.authorization.k8s.io";

    /// <summary>Throws 403 when it is not allowed.</summary>
    public void Require(Caller caller, AccessRequest request)
    {
        if (!Allows(caller, request))
            throw request.Refused(caller);
    }

    public bool Allows(Caller caller, AccessRequest request)
    {
        if (caller.MayEverything || request is { Verb: "create", Group: "authorization.k8s.io", Resource: "selfsubjectaccessreviews" })
            return true;
        // Who writes roles could give themselves any right; the real server compares the rights, here only administrators may.
        if (request.Group == Group && request.Verb is not ("get" or "list" or "watch"))
            return false;
        return Bound(caller, "clusterrolebindings", "").Any(rules => Allows(rules, request))
            || (request.Namespace.Length > 0 && Bound(caller, "rolebindings", request.Namespace).Any(rules => Allows(rules, request)));
    }

    private IEnumerable<JsonArray> Bound(Caller caller, string bindings, string space) =>
        store.List(TypeOf(bindings), space).Objects
            .Where(binding => (binding.Json["subjects"] as JsonArray ?? []).Any(subject => Names(subject, caller, space)))
            .Select(binding => RulesOf(binding.Json["roleRef"], space))
            .OfType<JsonArray>();

    private JsonArray? RulesOf(JsonNode? reference, string space)
    {
        var clusterWide = reference.Text("kind") == "ClusterRole";
        var key = new ObjectKey(clusterWide ? "" : space, reference.Text("name") ?? "");
        return store.Find(TypeOf(clusterWide ? "clusterroles" : "roles"), key)?.Json["rules"] as JsonArray;
    }

    private static bool Names(JsonNode? subject, Caller caller, string space) => subject.Text("kind") switch
    {
        "User" => subject.Text("name") == caller.Name,
        "Group" => caller.Groups.Contains(subject.Text("name") ?? ""),
        "ServiceAccount" => caller.Name == Caller.ServiceAccount(
            subject.Text("namespace") is { Length: > 0 } own ? own : space, subject.Text("name") ?? "").Name,
        _ => false,
    };

    private static bool Allows(JsonArray rules, AccessRequest request) => rules.Any(rule =>
        Has(rule?["verbs"], request.Verb) && Has(rule?["apiGroups"], request.Group)
        && (Has(rule?["resources"], request.FullResource) || (request.Subresource.Length > 0 && Has(rule?["resources"], $"*/{request.Subresource}")))
        && (rule?["resourceNames"] is not JsonArray { Count: > 0 } names || names.Any(name => name.Text() == request.Name)));

    private static bool Has(JsonNode? list, string word) => list is JsonArray items && items.Any(item => item.Text() is { } text && (text == "*" || text == word));

    private ResourceType TypeOf(string plural) => registry.Find(Group, "v1", plural)!;
}
