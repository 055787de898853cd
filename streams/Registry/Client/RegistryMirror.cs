using System.Diagnostics.CodeAnalysis;

namespace Handcarry.Streams.Registry.Client;

/// <summary>
/// Another place for the repositories below <paramref name="Source"/>, asked before the source itself. What follows the source in a name follows
/// the mirror there: with <c>quay.io=m:5000/p</c>, <c>quay.io/a/b</c> is <c>m:5000/p/a/b</c>.
/// </summary>
/// <param name="Source">A host, or a host and the beginning of a path that ends at a path boundary.</param>
/// <param name="Mirror">Host, port and path of the mirror.</param>
public sealed record RegistryMirror(string Source, string Mirror)
{
    /// <summary>Reads <c>SOURCE=MIRROR</c>, such as <c>quay.io/openshift-release-dev=mirror.example.com:5000/ocp</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out RegistryMirror? mirror)
    {
        mirror = null;
        var at = text?.IndexOf('=', StringComparison.Ordinal) ?? -1;
        if (at < 0 || !IsPrefix(text![..at]) || !IsPrefix(text[(at + 1)..]))
            return false;
        mirror = new RegistryMirror(text[..at], text[(at + 1)..]);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Source}={Mirror}";

    /// <summary>Whether the repository of that name (host and path) is below the source.</summary>
    internal bool Covers(string name) =>
        name.StartsWith(Source, StringComparison.Ordinal) && (name.Length == Source.Length || name[Source.Length] == '/');

    /// <summary>Where the mirror has a repository it covers; false when host or path would be missing.</summary>
    internal bool TryPlace(string name, out (string Registry, string Repository) place)
    {
        var there = Mirror + name[Source.Length..];
        var slash = there.IndexOf('/', StringComparison.Ordinal);
        place = slash < 0 ? (there, "") : (there[..slash], there[(slash + 1)..]);
        return slash > 0 && RegistryPath.IsName(place.Repository);
    }

    private static bool IsPrefix(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0
            ? ImageReference.IsRegistry(text)
            : ImageReference.IsRegistry(text[..slash]) && RegistryPath.IsName(text[(slash + 1)..]);
    }
}
