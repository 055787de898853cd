using System.Text.RegularExpressions;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Registry;

/// <summary>What follows <c>/v2/</c> in a request. A name has any number of parts, so a path is read from its end.</summary>
internal static partial class RegistryPath
{
    // "Many clients impose a limit of 255 characters on the length of the concatenation of the registry hostname, / and <name>."
    public const int LongestName = 255;

    /// <summary>Reads a path; false when it is none of those that the specification has. Name and reference are not checked.</summary>
    public static bool TryRead(string path, out RegistryRoute route, out string name, out string reference)
    {
        (route, name, reference) = (RegistryRoute.Version, "", "");
        if (path.Length == 0)
            return true;
        var last = path.LastIndexOf('/');
        var before = last <= 0 ? -1 : path.LastIndexOf('/', last - 1);
        if (before <= 0)
            return false;
        (name, reference) = (path[..before], path[(last + 1)..]);
        switch (path[(before + 1)..last])
        {
            case "blobs" when reference is "uploads":
                route = RegistryRoute.Uploads;
                return true;
            case "blobs":
                route = RegistryRoute.Blob;
                return true;
            case "manifests":
                route = RegistryRoute.Manifest;
                return true;
            case "referrers":
                route = RegistryRoute.Referrers;
                return true;
            case "tags" when reference is "list":
                route = RegistryRoute.Tags;
                return true;
            case "uploads" when name.EndsWith("/blobs", StringComparison.Ordinal):
                name = name[..^"/blobs".Length];
                route = reference.Length == 0 ? RegistryRoute.Uploads : RegistryRoute.Upload;
                return name.Length > 0;
            default:
                return false;
        }
    }

    /// <summary>Whether a repository may be called so (OCI distribution specification v1.1, "Pulling manifests").</summary>
    public static bool IsName(string name) => name.Length <= LongestName && Name().IsMatch(name);

    /// <summary>Whether a tag may be called so (the same place).</summary>
    public static bool IsTag(string tag) => Tag().IsMatch(tag);

    /// <summary>The digest that a request names.</summary>
    /// <exception cref="RegistryException">It is none.</exception>
    public static Digest DigestOf(string text) =>
        Digest.TryParse(text, out var digest)
            ? digest
            : throw new RegistryException(400, OciError.DigestInvalid, "Expected sha256: and 64 lower-case hex digits.");

    [GeneratedRegex("""\A[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex("""\A[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}\z""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Tag();
}
