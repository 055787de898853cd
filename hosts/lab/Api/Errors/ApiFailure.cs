using System.Text.Json.Nodes;

namespace Handcarry.Lab.Api.Errors;

/// <summary>
/// A request that ends in a metav1 Status of failure. Codes, reasons, details and wording follow
/// k8s.io/apimachinery/pkg/api/errors/errors.go (release 1.26).
/// </summary>
internal sealed class ApiFailure(int code, string reason, string message, JsonObject? details = null) : Exception(message)
{
    public int Code { get; } = code;

    public string Reason { get; } = reason;

    /// <summary>Seconds for the Retry-After header; 0 for none.</summary>
    public int RetryAfter { get; private init; }

    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = Message,
            ["reason"] = Reason,
        };
        if (details is not null)
            status["details"] = details.DeepClone();
        status["code"] = Code;
        return status;
    }

    public static ApiFailure BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiFailure Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    public static ApiFailure Forbidden(ResourceName resource, string name, string why) =>
        new(403, "Forbidden", $"{resource} \"{name}\" is forbidden: {why}", Details(resource, name));

    public static ApiFailure NotFound(ResourceName resource, string name) =>
        new(404, "NotFound", $"{resource} \"{name}\" not found", Details(resource, name));

    /// <summary>No such resource at all; the empty details are what the real server sends.</summary>
    public static ApiFailure NoSuchResource() =>
        new(404, "NotFound", "the server could not find the requested resource", []);

    public static ApiFailure MethodNotAllowed() =>
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    public static ApiFailure NotAcceptable(IEnumerable<string> types) =>
        new(406, "NotAcceptable", "only the following media types are accepted: " + string.Join(", ", types));

    public static ApiFailure AlreadyExists(ResourceName resource, string name) =>
        new(409, "AlreadyExists", $"{resource} \"{name}\" already exists", Details(resource, name));

    public static ApiFailure Conflict(ResourceName resource, string name, string why = ModifiedMessage) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {resource} \"{name}\": {why}", Details(resource, name));

    /// <summary>An apply that would change what others own (fieldmanager/internal/conflict.go).</summary>
    /// <param name="conflicts">Who owns a field, and its path.</param>
    public static ApiFailure ApplyConflict(IReadOnlyList<(string Manager, string Path)> conflicts)
    {
        var said = conflicts.Count == 1
            ? $"Apply failed with 1 conflict: conflict with {conflicts[0].Manager}: {conflicts[0].Path}"
            : $"Apply failed with {conflicts.Count} conflicts: " + string.Join("\n", conflicts.GroupBy(conflict => conflict.Manager)
                .Select(group => $"conflicts with {group.Key}:\n{string.Join("\n", group.Select(conflict => $"- {conflict.Path}"))}"));
        return new(409, "Conflict", said, new JsonObject
        {
            ["causes"] = new JsonArray([.. conflicts.Select(conflict => new JsonObject
            {
                ["reason"] = "FieldManagerConflict",
                ["message"] = $"conflict with {conflict.Manager}",
                ["field"] = conflict.Path,
            })]),
        });
    }

    public static ApiFailure Expired(string message) => new(410, "Expired", message);

    public static ApiFailure TooLarge(string message) => new(413, "RequestEntityTooLarge", message);

    public static ApiFailure UnsupportedMediaType(IEnumerable<string> accepted) =>
        new(415, "UnsupportedMediaType",
            "the body of the request was in an unknown format - accepted media types include: " + string.Join(", ", accepted));

    /// <summary>422 with one cause per error.</summary>
    /// <param name="kind">Kind and group, such as <c>ClusterVersion.config.openshift.io</c>.</param>
    public static ApiFailure Invalid(ResourceName kind, string name, IReadOnlyList<FieldError> errors)
    {
        var details = Details(kind, name);
        details["causes"] = new JsonArray([.. errors.Select(error => new JsonObject
        {
            ["reason"] = error.Type,
            ["message"] = error.Body,
            ["field"] = error.Field,
        })]);
        var said = errors.Count == 1 ? errors[0].ToString() : $"[{string.Join(", ", errors.Select(e => e.ToString()).Distinct())}]";
        return new(422, "Invalid", $"{kind} \"{name}\" is invalid: {said}", details);
    }

    /// <summary>A JSON patch that does not apply (NewGenericServerResponse with 422: it says no more than this).</summary>
    public static ApiFailure PatchDoesNotApply() =>
        new(422, "Invalid", "the server rejected our request due to an error in our request", []);

    public static ApiFailure Internal(string message) =>
        new(500, "InternalError", "Internal error occurred: " + message,
            new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["message"] = message }) });

    /// <summary>What the storage layer says without a reason of its own.</summary>
    public static ApiFailure Storage(string message) => new(500, "", message);

    /// <summary>apiserver/pkg/server/filters/maxinflight.go, tooManyRequests.</summary>
    public static ApiFailure TooManyRequests() =>
        new(429, "TooManyRequests", "Too many requests, please try again later.",
            new JsonObject { ["retryAfterSeconds"] = 1 }) { RetryAfter = 1 };

    public static ApiFailure Unavailable() =>
        new(503, "ServiceUnavailable", "the server is currently unable to handle the request",
            new JsonObject { ["retryAfterSeconds"] = 1 }) { RetryAfter = 1 };

    public static ApiFailure TooLargeResourceVersion(long asked, long current) =>
        new(504, "Timeout", $"Timeout: Too large resource version: {asked}, current: {current}",
            new JsonObject
            {
                ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }),
                ["retryAfterSeconds"] = 1,
            }) { RetryAfter = 1 };

    // OptimisticLockErrorMsg, k8s.io/apiserver/pkg/registry/generic/registry/store.go
    private const string ModifiedMessage = "the object has been modified; please apply your changes to the latest version and try again";

    private static JsonObject Details(ResourceName resource, string name)
    {
        var details = new JsonObject();
        if (name.Length > 0)
            details["name"] = name;
        if (resource.Group.Length > 0)
            details["group"] = resource.Group;
        if (resource.Word.Length > 0)
            details["kind"] = resource.Word;
        return details;
    }
}
