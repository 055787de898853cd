namespace Handcarry.Streams.Content;

/// <summary>A manifest or an index of which it is not known yet which of the two.</summary>
public static class ManifestDocument
{
    /// <summary>What it is, by its <c>mediaType</c> or, where that is missing, by its members.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.InvalidBundle"/>: neither.</exception>
    public static string MediaTypeOf(ReadOnlyMemory<byte> json) => ManifestJson.Parse(json, "image manifest or index", static root =>
        root.TryGetProperty("manifests", out _)
            ? ManifestJson.OwnMediaType(root, "image index", MediaTypes.OciIndex, MediaTypes.IsIndex)
            : ManifestJson.OwnMediaType(root, "image manifest", MediaTypes.OciManifest, MediaTypes.IsManifest));
}
