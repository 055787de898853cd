using System.Globalization;
using Handcarry.Lab.Api.Errors;
using Microsoft.AspNetCore.Http;

namespace Handcarry.Lab.Api.Serving;

/// <summary>The query of a request: ListOptions and the options of writes (metav1).</summary>
internal sealed class RequestOptions
{
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
    }

    /// <summary>Warn, Strict or Ignore. Warn unless said otherwise (Kubernetes 1.25 and later).</summary>
    public string FieldValidation { get; }

    public bool DryRun { get; }

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
