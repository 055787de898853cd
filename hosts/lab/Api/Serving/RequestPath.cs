namespace Handcarry.Lab.Api.Serving;

/// <summary>
/// Where a request goes: <c>/api/v1</c> or <c>/apis/GROUP/VERSION</c>, then <c>[namespaces/NS/]PLURAL[/NAME[/SUBRESOURCE]]</c>
/// (k8s.io/apiserver/pkg/endpoints/request/requestinfo.go).
/// </summary>
/// <param name="Group">API group; empty for core.</param>
/// <param name="Version">API version.</param>
/// <param name="Namespace">Empty when the path names none.</param>
/// <param name="Plural">The resource; empty for the group's own page.</param>
/// <param name="Name">Empty for a collection.</param>
/// <param name="Subresource">Empty for the object itself.</param>
internal sealed record RequestPath(string Group, string Version, string Namespace, string Plural, string Name, string Subresource)
{
    /// <summary>Null for paths that name no resource.</summary>
    public static RequestPath? Parse(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        return parts switch
        {
            ["api", var version, .. var rest] => Parse("", version, rest),
            ["apis", var group, var version, .. var rest] => Parse(group, version, rest),
            _ => null,
        };
    }

    private static RequestPath? Parse(string group, string version, string[] rest) => rest switch
    {
        ["namespaces", var space, "status" or "finalize"] => new(group, version, "", "namespaces", space, rest[2]),
        ["namespaces", var space, var plural, .. var inside] => Parse(group, version, space, plural, inside),
        [var plural, .. var inside] => Parse(group, version, "", plural, inside),
        [] => new(group, version, "", "", "", ""),
    };

    private static RequestPath? Parse(string group, string version, string space, string plural, string[] inside) => inside switch
    {
        [] => new(group, version, space, plural, "", ""),
        [var name] => new(group, version, space, plural, name, ""),
        [var name, var sub] => new(group, version, space, plural, name, sub),
        _ => null,
    };
}
