using System.Collections.Immutable;
using System.Globalization;

namespace Handcarry.Hosts.OpenShift.Api;

/// <summary>Counts requests to the Kubernetes API by what became of them, for metrics and probes. Safe for any thread.</summary>
/// <param name="time">The clock.</param>
public sealed class ApiTally(TimeProvider time)
{
    /// <summary>The code of a request that was not answered.</summary>
    public const string Unanswered = "none";

    private readonly Lock _gate = new();
    private ImmutableDictionary<ApiRequestKind, long> _counts = ImmutableDictionary<ApiRequestKind, long>.Empty;
    private long? _answered;

    /// <summary>How many requests there were of each kind since the process began.</summary>
    public IReadOnlyDictionary<ApiRequestKind, long> Counts
    {
        get
        {
            lock (_gate)
                return _counts;
        }
    }

    /// <summary>How long ago the API server answered anything at all but that it cannot serve (5xx); null when it never has.</summary>
    public TimeSpan? SinceAnswer
    {
        get
        {
            lock (_gate)
                return _answered is { } at ? time.GetElapsedTime(at) : null;
        }
    }

    internal void Answered(HttpMethod method, string path, int code)
    {
        lock (_gate)
        {
            if (code < 500)
                _answered = time.GetTimestamp();
            Count(method, path, code.ToString(CultureInfo.InvariantCulture));
        }
    }

    internal void Failed(HttpMethod method, string path)
    {
        lock (_gate)
            Count(method, path, Unanswered);
    }

    private void Count(HttpMethod method, string path, string code)
    {
        var kind = new ApiRequestKind(VerbOf(method, path), ResourceOf(path), code);
        _counts = _counts.SetItem(kind, _counts.GetValueOrDefault(kind) + 1);
    }

    // The words of RBAC. Listing is not told from getting: the path alone does not say which it is.
    private static string VerbOf(HttpMethod method, string path) => method.Method switch
    {
        "GET" => path.Contains("watch=true", StringComparison.Ordinal) ? "watch" : "get",
        "POST" => "create",
        "PUT" => "update",
        var other => other.ToLowerInvariant(),
    };

    // /api/v1/... or /apis/GROUP/VERSION/..., then perhaps namespaces/SPACE, then RESOURCE[/NAME[/SUBRESOURCE]].
    private static string ResourceOf(string path)
    {
        var parts = path.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        var rest = parts.AsSpan(Math.Min(parts.Length, parts is ["api", ..] ? 2 : 3));
        if (rest is ["namespaces", _, _, ..])
            rest = rest[2..];
        return rest switch
        {
            [] => "",
            [var resource, _, var sub, ..] => $"{resource}/{sub}",
            [var resource, ..] => resource,
        };
    }
}
