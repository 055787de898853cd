using System.Text.Json.Serialization;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>index.json of the OCI image layout (image-spec v1.1, image-layout.md); for other tools: all it says follows from the inventory.</summary>
internal sealed record LayoutIndex(int SchemaVersion, string MediaType, IReadOnlyList<LayoutImage> Manifests);

internal sealed record LayoutImage(string MediaType, Digest Digest, long Size, LayoutAnnotations Annotations);

internal sealed record LayoutAnnotations(
    [property: JsonPropertyName("org.opencontainers.image.ref.name")] string RefName);
