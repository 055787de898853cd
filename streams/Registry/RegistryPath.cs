using System.Text.RegularExpressions;

namespace Handcarry.Streams.Registry;

/// <summary>What follows <c>/v2/</c> in a request for a blob: <c>&lt;name&gt;/blobs/&lt;digest&gt;</c>.</summary>
internal static partial class RegistryPath
{
    private const string Blobs = "/blobs/";

    // "Many clients impose a limit of 255 characters on the length of the concatenation of the registry hostname, / and <name>."
    public const int LongestName = 255;

    /// <summary>Splits a path at its last <c>/blobs/</c>; false when it is none for a blob. Neither part is checked.</summary>
    public static bool TrySplit(string path, out string name, out string digest)
    {
        var at = path.LastIndexOf(Blobs, StringComparison.Ordinal);
        (name, digest) = at < 0 ? ("", "") : (path[..at], path[(at + Blobs.Length)..]);
        return at >= 0 && !digest.Contains('/', StringComparison.Ordinal);
    }

    /// <summary>Whether a repository may be called so (OCI distribution specification v1.1, "Pulling manifests").</summary>
    public static bool IsName(string name) => name.Length <= LongestName && Name().IsMatch(name);

    [GeneratedRegex("""\A[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
