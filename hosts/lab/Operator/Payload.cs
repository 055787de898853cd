using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Lab.Api;
using Handcarry.Streams.Content;

namespace Handcarry.Lab.Operator;

/// <summary>What a release image says of itself (reference: cluster-version-operator, pkg/payload/payload.go).</summary>
/// <param name="Version">The release's version.</param>
/// <param name="Url">Where its errata are; empty when it says nothing.</param>
/// <param name="Images">Every payload image by full name and digest, once each.</param>
internal sealed record Payload(string Version, string Url, IReadOnlyList<string> Images)
{
    public const string ReferencesPath = "release-manifests/image-references";
    public const string MetadataPath = "release-manifests/release-metadata";

    /// <summary>Throws <see cref="FormatException"/> for what the operator would not load.</summary>
    public static Payload Read(byte[] references, byte[] metadata)
    {
        var described = Parse(metadata, "release-metadata");
        if (described.Text("kind") != "cincinnati-metadata-v0")
            throw new FormatException($"unrecognized kind \"{described.Text("kind")}\" in release-metadata");
        var version = described.Text("version") ?? "";
        if (!SemanticVersion.TryParse(version, out _))
            throw new FormatException($"\"{version}\" in release-metadata is no semantic version");
        var stream = Parse(references, "image-references");
        if (stream.Text("kind") != "ImageStream" || stream.Text("apiVersion") != "image.openshift.io/v1")
            throw new FormatException("unrecognized image-references: not an image.openshift.io/v1 ImageStream");
        if (stream.Text("metadata", "name") != version)
            throw new FormatException($"Version from image-references ({stream.Text("metadata", "name")}) differs from release-metadata ({version})");
        var images = (stream["spec"]?["tags"] as JsonArray ?? [])
            .Select(tag => Reference(tag))
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        return images.Length == 0
            ? throw new FormatException("image-references names no images")
            : new Payload(version, described.Text("metadata", "url") ?? "", images);
    }

    private static string Reference(JsonNode? tag)
    {
        var name = tag.Text("from", "name") ?? "";
        return ImageName.TryParse(name, out var image)
            ? image.ToString()
            : throw new FormatException($"the tag {tag.Text("name")} of image-references is no image by digest: \"{name}\"");
    }

    private static JsonObject Parse(byte[] file, string name)
    {
        try
        {
            return Json.Parse(file) as JsonObject ?? throw new FormatException($"{name} is no JSON object");
        }
        catch (JsonException failure)
        {
            throw new FormatException($"{name} is no JSON: {failure.Message}", failure);
        }
    }
}
