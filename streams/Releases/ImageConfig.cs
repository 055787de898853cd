using System.Text.Json;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Releases;

/// <summary>What is needed of an image's configuration (OCI image-spec v1.1, config.md).</summary>
/// <param name="Architecture">In Go's words, such as <c>amd64</c>; empty when it is not said.</param>
/// <param name="DiffIds">Digests of the decompressed layers, the base first.</param>
public sealed record ImageConfig(string Architecture, IReadOnlyList<Digest> DiffIds)
{
    /// <summary>Reads one.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.InvalidImage"/>.</exception>
    public static ImageConfig Parse(ReadOnlyMemory<byte> json, string image)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            return new ImageConfig(
                root.TryGetProperty("architecture", out var architecture) ? architecture.GetString() ?? "" : "",
                [.. root.GetProperty("rootfs").GetProperty("diff_ids").EnumerateArray().Select(static id => Digest.Parse(id.GetString() ?? ""))]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new ContentException(Reasons.InvalidImage, $"The configuration of {image} is not what it should be: {e.Message}", e);
        }
    }
}
