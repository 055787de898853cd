using System.Text.Json;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>The one member of an image's configuration that a store is judged by: <c>rootfs.diff_ids</c> (OCI image-spec v1.1, config.md).</summary>
internal static class ImageDiffIds
{
    private const int MaxBytes = 8 << 20;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    public static IReadOnlyList<Digest> Parse(ReadOnlyMemory<byte> config, ImageName name)
    {
        if (config.Length > MaxBytes)
            throw Invalid($"is {config.Length} bytes long; at most {MaxBytes} are allowed", null);
        try
        {
            using var document = JsonDocument.Parse(config, Strict);
            return [.. document.RootElement.GetProperty("rootfs").GetProperty("diff_ids").EnumerateArray().Select(static id => Digest.Parse(id.GetString() ?? ""))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Invalid($"has no list of diff_ids: {e.Message}", e);
        }

        ContentException Invalid(string what, Exception? inner) => new(Reasons.InvalidBundle, $"The configuration of image {name} {what}.", inner);
    }
}
