using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Handcarry.Streams.Content;

/// <summary>
/// An image by digest under the repository name that the release gives it, <c>host[:port]/path@sha256:...</c>. The name matters as
/// much as the digest: CRI-O finds an image only under the repository it is asked for.
/// </summary>
/// <param name="Repository">Host and path, such as <c>quay.io/openshift-release-dev/ocp-v4.0-art-dev</c>.</param>
/// <param name="Digest">Digest of the manifest or manifest list.</param>
public sealed record ImageName(string Repository, Digest Digest)
{
    // distribution/reference, reference.go: path components are lower case, the host is not.
    private static readonly SearchValues<char> PathCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-/");
    private static readonly SearchValues<char> HostCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]");

    /// <summary>The name written in <paramref name="text"/>; tags, and names without a digest, are refused.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ImageName? name)
    {
        name = null;
        var at = text?.LastIndexOf('@') ?? -1;
        if (at <= 0 || !Digest.TryParse(text![(at + 1)..], out var digest))
            return false;
        var repository = text[..at];
        var slash = repository.IndexOf('/');
        if (slash <= 0 || slash == repository.Length - 1 || repository.Contains("//", StringComparison.Ordinal))
            return false;
        if (repository.AsSpan(slash).ContainsAnyExcept(PathCharacters)
            || repository.AsSpan(0, slash).ContainsAnyExcept(HostCharacters))
            return false;
        if (repository.Split('/').Any(static part => part is "." or ".."))
            return false;
        name = new ImageName(repository, digest);
        return true;
    }

    /// <summary>As <see cref="TryParse"/>, throwing <see cref="FormatException"/> that repeats the text.</summary>
    public static ImageName Parse(string text) =>
        TryParse(text, out var name)
            ? name
            : throw new FormatException($"\"{text}\" is not an image by digest: expected host/path@sha256:... without a tag.");

    /// <inheritdoc/>
    public override string ToString() => $"{Repository}@{Digest}";
}
