using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Resources;

namespace Handcarry.Lab.Api.Access;

/// <summary>
/// TokenReview, SubjectAccessReview and SelfSubjectAccessReview: a question is created, the answer is its status, nothing is kept
/// (k8s.io/kubernetes/pkg/registry/authentication and .../authorization).
/// </summary>
internal sealed class AccessReviews(CallerTokens tokens, RoleAuthorizer authorizer)
{
    /// <param name="asked">The decoded question.</param>
    /// <param name="caller">Who asks.</param>
    public JsonObject Answer(ResourceType type, JsonObject asked, Caller caller)
    {
        var answered = (JsonObject)asked.DeepClone();
        answered["status"] = type.Kind switch
        {
            "TokenReview" => Token(asked.Text("spec", "token") ?? ""),
            "SelfSubjectAccessReview" => Access(asked["spec"], caller),
            _ => Access(asked["spec"], Subject(asked["spec"])),
        };
        return answered;
    }

    private JsonObject Token(string token)
    {
        if (tokens.Find(token) is not { } caller)
            return new JsonObject { ["user"] = new JsonObject(), ["error"] = "[invalid bearer token]" };
        return new JsonObject
        {
            ["authenticated"] = true,
            ["user"] = new JsonObject { ["username"] = caller.Name, ["groups"] = new JsonArray([.. caller.Groups.Select(name => JsonValue.Create(name))]) },
        };
    }

    private JsonObject Access(JsonNode? spec, Caller caller)
    {
        if (spec?["resourceAttributes"] is not JsonObject wanted)
            return new JsonObject { ["allowed"] = caller.MayEverything };
        var request = new AccessRequest(
            wanted.Text("verb") ?? "", wanted.Text("group") ?? "", wanted.Text("resource") ?? "", wanted.Text("subresource") ?? "",
            wanted.Text("namespace") ?? "", wanted.Text("name") ?? "");
        return new JsonObject { ["allowed"] = authorizer.Allows(caller, request) };
    }

    private static Caller Subject(JsonNode? spec) =>
        new(spec.Text("user") ?? "", [.. (spec?["groups"] as JsonArray ?? []).Select(name => name.Text() ?? "")]);
}
