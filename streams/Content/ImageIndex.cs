namespace Handcarry.Streams.Content;

/// <summary>A list of manifests, one per platform: OCI index (image-spec v1.1, image-index.md) or Docker manifest list.</summary>
/// <param name="MediaType">OCI or Docker; OCI when the document does not say.</param>
/// <param name="Manifests">The manifests, or indexes, it lists.</param>
public sealed record ImageIndex(string MediaType, IReadOnlyList<Descriptor> Manifests)
{
    private const string What = "image index";

    /// <summary>Reads an index of at most 4 MiB and 1024 manifests; members it does not know are ignored.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.InvalidBundle"/>.</exception>
    public static ImageIndex Parse(ReadOnlyMemory<byte> json) => ManifestJson.Parse(json, What, static root =>
    {
        if (root.TryGetProperty("layers", out _) || root.TryGetProperty("config", out _))
            throw ManifestJson.Invalid($"The {What} is a manifest.");
        return new ImageIndex(
            ManifestJson.OwnMediaType(root, What, MediaTypes.OciIndex, MediaTypes.IsIndex),
            ManifestJson.Descriptors(root, "manifests", What));
    });
}
