using System.Text.Json;

namespace Handcarry.Streams.Content;

/// <summary>What is needed here of an image's configuration (OCI image-spec v1.1, config.md).</summary>
/// <param name="DiffIds">Digests of the unpacked layers, the base first.</param>
public sealed record ImageConfig(IReadOnlyList<Digest> DiffIds)
{
    /// <summary>Most bytes of a configuration: 8 MiB.</summary>
    public const int MaxBytes = 8 << 20;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>Reads one; members it does not know are ignored.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.InvalidBundle"/>.</exception>
    public static ImageConfig Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return new ImageConfig([.. document.RootElement.GetProperty("rootfs").GetProperty("diff_ids").EnumerateArray().Select(static id => Digest.Parse(id.GetString() ?? ""))]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new ContentException(Reasons.InvalidBundle, $"The image configuration has no list of diff_ids: {e.Message}", e);
        }
    }
}
