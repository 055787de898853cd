using System.Globalization;
using Handcarry.Lab.Api.Errors;
using Microsoft.AspNetCore.Http;

namespace Handcarry.Lab.Api.Serving;

/// <summary>The query of a request: ListOptions and the options of writes (metav1).</summary>
internal sealed class RequestOptions
{
    // k8s.io/apimachinery/pkg/apis/meta/v1/validation, FieldManagerMaxLength
    private const int MaxManager = 128;

    private readonly IQueryCollection _query;

    public RequestOptions(IQueryCollection query)
    {
        _query = query;
        FieldValidation = Text("fieldValidation") ?? "Warn";
        if (FieldValidation is not ("Warn" or "Strict" or "Ignore"))
            throw Bad("fieldValidation", FieldValidation, "supported values: \"Ignore\", \"Strict\", \"Warn\"");
        if (Text("dryRun") is { } dryRun && dryRun != "All")
            throw Bad("dryRun", dryRun, "supported values: \"All\"");
        DryRun = Text("dryRun") is not null;
        if (Text("fieldManager") is { Length: > MaxManager })
            throw ApiFailure.Invalid(new ResourceName("meta.k8s.io", "Options"), "", [FieldError.TooLong("fieldManager", MaxManager)]);
    }

    /// <summary>422 for list options that do not go together (k8s.io/apimachinery/pkg/apis/meta/internalversion/validation).</summary>
    public void CheckList(bool watchLists)
    {
        const string field = "resourceVersionMatch";
        var errors = new List<FieldError>();
        if (ResourceVersionMatch is { } match)
        {
            if (Watch && !(watchLists && SendInitialEvents))
                errors.Add(FieldError.Forbidden(field, "resourceVersionMatch is forbidden for watch"));
            else if (ResourceVersion is null && !Watch)
                errors.Add(FieldError.Forbidden(field, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
            if (Continue is not null)
                errors.Add(FieldError.Forbidden(field, "resourceVersionMatch is forbidden when continue is provided"));
            if (match is not ("Exact" or "NotOlderThan"))
                errors.Add(FieldError.NotSupported(field, match, ["Exact", "NotOlderThan", ""]));
            else if (match == "Exact" && ResourceVersion == 0)
                errors.Add(FieldError.Forbidden(field, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
        }
        if (watchLists && Watch && SendInitialEvents && ResourceVersionMatch != "NotOlderThan")
            errors.Add(FieldError.Forbidden(field, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
        if (errors.Count > 0)
            throw ApiFailure.Invalid(new ResourceName("meta.k8s.io", "ListOptions"), "", errors);
        if (Continue is not null && ResourceVersion is not (null or 0))
            throw ApiFailure.BadRequest("specifying resource version is not allowed when using continue");
    }

    /// <summary>Warn, Strict or Ignore. Warn unless said otherwise (Kubernetes 1.25 and later).</summary>
    public string FieldValidation { get; }

    public bool DryRun { get; }

    /// <summary>Who writes; null when the request does not say.</summary>
    public string? FieldManager => Text("fieldManager");

    /// <summary>Take fields from other managers.</summary>
    public bool Force => Truth("force");

    /// <summary>422 for options that a patch of this kind cannot have (meta/v1/validation, ValidatePatchOptions).</summary>
    public void CheckPatch(bool applies)
    {
        var errors = new List<FieldError>();
        if (applies && FieldManager is null)
            errors.Add(FieldError.Required("fieldManager", "is required for apply patch"));
        if (!applies && _query.ContainsKey("force"))
            errors.Add(FieldError.Forbidden("force", "may not be specified for non-apply patch"));
        if (errors.Count > 0)
            throw ApiFailure.Invalid(new ResourceName("meta.k8s.io", "PatchOptions"), "", errors);
    }

    public string? LabelSelector => Text("labelSelector");

    public string? FieldSelector => Text("fieldSelector");

    public string? Continue => Text("continue");

    public bool Watch => Truth("watch");

    public bool AllowWatchBookmarks => Truth("allowWatchBookmarks");

    public bool SendInitialEvents => Truth("sendInitialEvents");

    public string? ResourceVersionMatch => Text("resourceVersionMatch");

    public int Limit => (int)Math.Min(Number("limit") ?? 0, int.MaxValue);

    public long? TimeoutSeconds => Number("timeoutSeconds");

    /// <summary>Null when none was said.</summary>
    public long? ResourceVersion => Number("resourceVersion");

    private string? Text(string name) => _query.TryGetValue(name, out var value) && value.ToString() is { Length: > 0 } text ? text : null;

    private bool Truth(string name) => Text(name) switch
    {
        null or "0" or "false" or "False" => _query.ContainsKey(name) && Text(name) is null,
        _ => true,
    };

    private long? Number(string name)
    {
        if (Text(name) is not { } text)
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ApiFailure.BadRequest($"invalid value for the parameter {name}: strconv.ParseUint: parsing \"{text}\": invalid syntax");
    }

    private static ApiFailure Bad(string name, string value, string why) =>
        ApiFailure.Invalid(new ResourceName("meta.k8s.io", "Options"), "", [FieldError.Invalid(name, value, why)]);
}
