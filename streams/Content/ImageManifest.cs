using System.Text.Json;

namespace Handcarry.Streams.Content;

/// <summary>The manifest of one image, OCI (image-spec v1.1, manifest.md) or Docker schema 2: which blobs it is made of.</summary>
/// <param name="MediaType">OCI or Docker; OCI when the document does not say.</param>
/// <param name="Config">The image configuration.</param>
/// <param name="Layers">The layers, the base first.</param>
public sealed record ImageManifest(string MediaType, Descriptor Config, IReadOnlyList<Descriptor> Layers)
{
    private const string What = "image manifest";

    /// <summary>Reads a manifest of at most 4 MiB and 1024 layers; members it does not know are ignored.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.InvalidBundle"/>.</exception>
    public static ImageManifest Parse(ReadOnlyMemory<byte> json) => ManifestJson.Parse(json, What, static root =>
    {
        // An index in the place of a manifest must not pass as a manifest without layers.
        if (root.TryGetProperty("manifests", out _))
            throw ManifestJson.Invalid($"The {What} is an index.");
        if (!root.TryGetProperty("config", out JsonElement config))
            throw ManifestJson.Invalid($"The {What} has no config.");
        return new ImageManifest(
            ManifestJson.OwnMediaType(root, What, MediaTypes.OciManifest, MediaTypes.IsManifest),
            ManifestJson.Descriptor(config, $"config of the {What}"),
            ManifestJson.Descriptors(root, "layers", What));
    });
}
