using System.Formats.Tar;
using System.Text.Json;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Releases;

/// <summary>What a release says of itself in the last layer of its image (reference/openshift.md sections 1.1 to 1.3).</summary>
/// <param name="Version">OpenShift version.</param>
/// <param name="Previous">Versions from which an upgrade to this one is supported.</param>
/// <param name="Channels">Update channels.</param>
/// <param name="Images">The images, by tag, in the order of the file.</param>
public sealed record ReleasePayload(string Version, IReadOnlyList<string> Previous, IReadOnlyList<string> Channels, IReadOnlyList<PayloadImage> Images)
{
    private const string ReferencesPath = "release-manifests/image-references";
    private const string MetadataPath = "release-manifests/release-metadata";
    private const string ChannelsKey = "io.openshift.upgrades.graph.release.channels";

    // The genuine ones have 70 KB and 1 KB.
    private const int MaxFile = 16 << 20;

    // What `oc adm release new` appends has a few MB; whoever names an ordinary image shall not wait for gigabytes.
    private const int MaxEntries = 100_000;

    /// <summary>Reads it out of the decompressed last layer.</summary>
    /// <param name="layer">A tar.</param>
    /// <param name="image">The release image, for messages.</param>
    /// <exception cref="ContentException">
    /// <see cref="Reasons.NotARelease"/>: the two files are not there or not what they should be; <see cref="Reasons.NotByDigest"/>: an image is
    /// named by tag, all of them are listed.
    /// </exception>
    public static ReleasePayload Read(Stream layer, string image)
    {
        byte[]? references = null, metadata = null;
        try
        {
            using var tar = new TarReader(layer, leaveOpen: true);
            for (var i = 0; i < MaxEntries && (references is null || metadata is null) && tar.GetNextEntry() is { } entry; i++)
            {
                switch (entry.Name.TrimStart('.', '/'))
                {
                    case ReferencesPath:
                        references = Content(entry, image);
                        break;
                    case MetadataPath:
                        metadata = Content(entry, image);
                        break;
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw NotARelease(image, $"its last layer is no tar ({e.Message})", e);
        }
        if (references is null || metadata is null)
            throw NotARelease(image, $"its last layer has no {(references is null ? ReferencesPath : MetadataPath)}");
        return Parse(references, metadata, image);
    }

    /// <summary>Reads the two files.</summary>
    /// <exception cref="ContentException">As <see cref="Read"/>.</exception>
    public static ReleasePayload Parse(ReadOnlyMemory<byte> imageReferences, ReadOnlyMemory<byte> releaseMetadata, string image)
    {
        try
        {
            using var references = JsonDocument.Parse(imageReferences);
            using var metadata = JsonDocument.Parse(releaseMetadata);
            return Of(references.RootElement, metadata.RootElement, image);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw NotARelease(image, $"its image-references or release-metadata is not what it should be ({e.Message})", e);
        }
    }

    private static ReleasePayload Of(JsonElement references, JsonElement metadata, string image)
    {
        if (Text(references, "kind") != "ImageStream" || Text(metadata, "kind") != "cincinnati-metadata-v0")
            throw NotARelease(image, "its image-references is no ImageStream, or its release-metadata not of kind cincinnati-metadata-v0");
        var version = Text(metadata, "version") ?? "";
        if (Text(references.GetProperty("metadata"), "name") is var name && name != version)
            throw NotARelease(image, $"its image-references is of version {name}, its release-metadata of {version}");
        var images = new List<PayloadImage>();
        var stray = new List<string>();
        foreach (var tag in references.GetProperty("spec").GetProperty("tags").EnumerateArray())
        {
            var from = tag.TryGetProperty("from", out var source) ? Text(source, "name") : null;
            if (ImageName.TryParse(from, out var parsed))
                images.Add(new PayloadImage(Text(tag, "name") ?? "", parsed));
            else
                stray.Add($"{Text(tag, "name")} ({from})");
        }
        if (stray.Count > 0)
            throw new ContentException(Reasons.NotByDigest, $"The release {image} names images otherwise than by digest, so nobody can say what they are: {string.Join(", ", stray)}. Use a release that names all of them by digest.");
        return images.Count > 0
            ? new ReleasePayload(version, PreviousOf(metadata), ChannelsOf(metadata), images)
            : throw NotARelease(image, "its image-references names no images");
    }

    private static List<string> PreviousOf(JsonElement metadata) =>
        metadata.TryGetProperty("previous", out var previous) && previous.ValueKind == JsonValueKind.Array
            ? [.. previous.EnumerateArray().Select(static item => item.GetString()!)]
            : [];

    private static string[] ChannelsOf(JsonElement metadata) =>
        metadata.TryGetProperty("metadata", out var free) && free.ValueKind == JsonValueKind.Object && Text(free, ChannelsKey) is { } channels
            ? channels.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [];

    private static string? Text(JsonElement item, string member) =>
        item.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static byte[] Content(TarEntry entry, string image)
    {
        if (entry.DataStream is null || entry.Length > MaxFile)
            throw NotARelease(image, $"{entry.Name} in its last layer is no file, or larger than {MaxFile} bytes");
        var bytes = new byte[entry.Length];
        entry.DataStream.ReadExactly(bytes);
        return bytes;
    }

    private static ContentException NotARelease(string image, string why, Exception? inner = null) =>
        new(Reasons.NotARelease, $"{image} is no OpenShift release: {why}.", inner);
}
