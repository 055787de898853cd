using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Hosts.OpenShift.Upgrades;

namespace Handcarry.Hosts.OpenShift.Access;

/// <summary><see cref="IAccessReview"/> by TokenReview (authentication.k8s.io/v1) and SubjectAccessReview (authorization.k8s.io/v1).</summary>
public sealed class AccessReviewClient(ApiServer api) : IAccessReview
{
    private const string TokenReviews = "/apis/authentication.k8s.io/v1/tokenreviews";
    private const string AccessReviews = "/apis/authorization.k8s.io/v1/subjectaccessreviews";

    /// <inheritdoc/>
    public async ValueTask<ReviewedUser?> WhoAsync(string token, CancellationToken cancellationToken)
    {
        var asked = new JsonObject
        {
            ["apiVersion"] = "authentication.k8s.io/v1",
            ["kind"] = "TokenReview",
            ["spec"] = new JsonObject { ["token"] = token },
        };
        using var answer = await AskAsync(TokenReviews, asked, cancellationToken);
        var status = answer.RootElement.At("status");
        var user = status.At("user");
        return status.At("authenticated").ValueKind == JsonValueKind.True && user.TextAt("username") is { Length: > 0 } name
            ? new ReviewedUser(name, user.TextAt("uid"), [.. user.At("groups").Items().Select(group => group.GetString() ?? "")])
            : null;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> MayAsync(ReviewedUser user, ClientRight right, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        var asked = new JsonObject
        {
            ["apiVersion"] = "authorization.k8s.io/v1",
            ["kind"] = "SubjectAccessReview",
            ["spec"] = new JsonObject
            {
                ["user"] = user.Name,
                ["uid"] = user.Uid,
                ["groups"] = new JsonArray([.. user.Groups.Select(group => (JsonNode)group)]),
                ["resourceAttributes"] = new JsonObject
                {
                    ["group"] = BundleUpgrade.Group.Split('/')[0],
                    ["version"] = BundleUpgrade.Group.Split('/')[1],
                    ["resource"] = "bundleupgrades",
                    ["name"] = BundleUpgrade.Name,
                    ["verb"] = right == ClientRight.Change ? "patch" : "get",
                },
            },
        };
        using var answer = await AskAsync(AccessReviews, asked, cancellationToken);
        return answer.RootElement.At("status").At("allowed").ValueKind == JsonValueKind.True;
    }

    private async ValueTask<JsonDocument> AskAsync(string path, JsonObject asked, CancellationToken cancellationToken)
    {
        using var question = JsonDocument.Parse(asked.ToJsonString());
        return await api.CreateAsync(path, question, cancellationToken)
            ?? throw new ApiUnavailableException($"The Kubernetes API took a question for an object that is there already (POST {path}).");
    }
}
