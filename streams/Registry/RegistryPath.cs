using System.Text.RegularExpressions;

namespace Handcarry.Streams.Registry;

/// <summary>What follows <c>/v2/</c> in a request: <c>&lt;name&gt;/blobs/&lt;digest&gt;</c> and its like.</summary>
internal static partial class RegistryPath
{
    // "Many clients impose a limit of 255 characters on the length of the concatenation of the registry hostname, / and <name>."
    public const int LongestName = 255;

    /// <summary>
    /// Splits a path at its last two slashes, <c>kind</c> being what stands between them: <c>blobs</c>, <c>manifests</c>,
    /// <c>referrers</c> or <c>tags</c>. False when there are none. No part is checked.
    /// </summary>
    public static bool TrySplit(string path, out string name, out string kind, out string reference)
    {
        (name, kind, reference) = ("", "", "");
        var last = path.LastIndexOf('/');
        var first = last > 0 ? path.LastIndexOf('/', last - 1) : -1;
        if (first < 0)
            return false;
        (name, kind, reference) = (path[..first], path[(first + 1)..last], path[(last + 1)..]);
        return true;
    }

    /// <summary>Whether a repository may be called so (OCI distribution specification v1.1, "Pulling manifests").</summary>
    public static bool IsName(string name) => name.Length <= LongestName && Name().IsMatch(name);

    [GeneratedRegex("""\A[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
