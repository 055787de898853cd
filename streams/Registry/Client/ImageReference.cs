using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Registry.Client;

/// <summary>
/// What a person calls an image: <c>host[:port]/path[:tag][@digest]</c> (distribution/reference, reference.go). Short names are those of
/// Docker Hub, as everywhere: <c>busybox</c> is <c>docker.io/library/busybox</c>. With tag and digest, the digest counts.
/// </summary>
/// <param name="Registry">Host and port, such as <c>quay.io</c> or <c>[fd00::1]:5000</c>, as it was written.</param>
/// <param name="Repository">Path within the registry, such as <c>openshift-release-dev/ocp-release</c>.</param>
/// <param name="Tag">The tag, when one was given.</param>
/// <param name="Digest">Digest of the manifest, when one was given.</param>
public sealed partial record ImageReference(string Registry, string Repository, string? Tag, Digest? Digest)
{
    /// <summary>What is meant where neither tag nor digest is given.</summary>
    public const string DefaultTag = "latest";

    /// <summary>How Docker Hub is called; its servers have other names.</summary>
    internal const string DockerHub = "docker.io";

    // The longest name, tag and digest.
    private const int LongestText = RegistryPath.LongestName + 1 + 128 + 1 + 71;

    private const string LegacyDockerHub = "index.docker.io";

    /// <summary>Registry and repository, without tag and digest.</summary>
    public string Name => $"{Registry}/{Repository}";

    /// <summary>How the manifest is asked for (distribution specification v1.1, <c>reference</c>): the digest, the tag, or <c>latest</c>.</summary>
    public string Wanted => Digest?.ToString() ?? Tag ?? DefaultTag;

    /// <summary>The reference written in <paramref name="text"/>; digests other than SHA-256 are refused.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ImageReference? reference)
    {
        reference = null;
        if (text is null || text.Length > LongestText || Whole().Match(text) is not { Success: true } match)
            return false;
        Digest? digest = null;
        if (match.Groups["digest"] is { Success: true } written)
        {
            if (!Content.Digest.TryParse(written.Value, out var parsed))
                return false;
            digest = parsed;
        }

        var (registry, repository) = Normalised(match.Groups["name"].Value);
        if (!RegistryName().IsMatch(registry) || !RegistryPath.IsName(repository) || registry.Length + 1 + repository.Length > RegistryPath.LongestName
            || Content.Digest.TryParseHex(match.Groups["name"].Value, out _))
            return false;
        reference = new ImageReference(registry, repository, match.Groups["tag"] is { Success: true } tag ? tag.Value : null, digest);
        return true;
    }

    /// <summary>As <see cref="TryParse"/>.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.InvalidReference"/>, repeating the text.</exception>
    public static ImageReference Parse(string text) =>
        TryParse(text, out var reference)
            ? reference
            : throw new ContentException(
                Reasons.InvalidReference,
                $"\"{text}\" is no image reference: expected host[:port]/path, then :tag or @sha256: and 64 lower-case hex digits, such as quay.io/openshift-release-dev/ocp-release:4.18.1-x86_64.");

    /// <summary>The image of that name.</summary>
    public static ImageReference Of(ImageName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Parse(name.ToString());
    }

    /// <summary>The same repository, by digest alone.</summary>
    public ImageReference WithDigest(Digest digest) => this with { Tag = null, Digest = digest };

    /// <summary>The same repository, by tag alone.</summary>
    public ImageReference WithTag(string tag) => this with { Tag = tag, Digest = null };

    /// <summary>The name by digest, <c>null</c> when there is no digest.</summary>
    public ImageName? ToImageName() => Digest is { } digest ? new ImageName(Name, digest) : null;

    /// <inheritdoc/>
    public override string ToString() => Name + (Tag is null ? "" : $":{Tag}") + (Digest is { } digest ? $"@{digest}" : "");

    /// <summary>Whether <paramref name="text"/> can be the host and port of a registry.</summary>
    internal static bool IsRegistry(string text) => RegistryName().IsMatch(text);

    // distribution/reference, normalize.go, splitDockerDomain: the first part is a host when it can be no path.
    private static (string Registry, string Repository) Normalised(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : name[..slash];
        var (registry, repository) = first.AsSpan().ContainsAny('.', ':') || first is "localhost" || first.Any(char.IsAsciiLetterUpper)
            ? (first, name[(slash + 1)..])
            : (DockerHub, name);
        if (registry == LegacyDockerHub)
            registry = DockerHub;
        return registry == DockerHub && !repository.Contains('/', StringComparison.Ordinal) ? (registry, $"library/{repository}") : (registry, repository);
    }

    [GeneratedRegex("""\A(?<name>[^@]+?)(:(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(@(?<digest>[^@]+))?\z""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Whole();

    [GeneratedRegex(
        """\A(([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(\.([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(:[0-9]{1,5})?\z""",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex RegistryName();
}
