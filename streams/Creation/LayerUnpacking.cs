using System.IO.Compression;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Creation;

/// <summary>Decompresses layers to see how large they are and whether they are what the image's configuration says.</summary>
public static class LayerUnpacking
{
    /// <summary>So many bytes tell how a layer is compressed.</summary>
    internal const int StartBytes = 4;

    // Of what is copied at once as much is handed to the decompressor, which else asks for 8 KiB and remembers its window each time: 7 % of its time, measured.
    private const int BufferSize = 1 << 17;

    /// <summary>Size and digest of a layer when decompressed. Whether it is compressed, and how, is told by its first bytes, as container tools do.</summary>
    /// <param name="layer">The layer, from its start; can seek.</param>
    /// <param name="digest">Its digest, for messages.</param>
    /// <param name="ct">Stops between two pieces of 128 KiB.</param>
    /// <exception cref="ContentException"><see cref="Reasons.InvalidImage"/>: it cannot be decompressed.</exception>
    public static (long Size, Digest DiffId) Measure(Stream layer, Digest digest, CancellationToken ct)
    {
        using var plain = Open(layer);
        return Measure(plain, long.MaxValue, digest, hashed: true, ct);
    }

    /// <summary>Size of a layer when decompressed, as <see cref="Measure(Stream, Digest, CancellationToken)"/>, for less work.</summary>
    public static long SizeOf(Stream layer, Digest digest, CancellationToken ct)
    {
        using var plain = Open(layer);
        return Measure(plain, long.MaxValue, digest, hashed: false, ct).Size;
    }

    /// <summary>The plain tar of a layer, whatever it is compressed by.</summary>
    public static Stream Open(Stream layer)
    {
        Span<byte> start = stackalloc byte[StartBytes];
        var read = layer.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        layer.Position -= read;
        return Open(layer, start);
    }

    /// <summary>As <see cref="Open(Stream)"/>, of a layer that cannot seek.</summary>
    /// <param name="layer">The layer from its start.</param>
    /// <param name="start">Its first <see cref="StartBytes"/> bytes, which are read once more.</param>
    internal static Stream Open(Stream layer, ReadOnlySpan<byte> start) => start switch
    {
        [0x1f, 0x8b, ..] => new GZipStream(layer, CompressionMode.Decompress, leaveOpen: true),
        // RFC 8878, section 3.1.1.
        [0x28, 0xb5, 0x2f, 0xfd] => new ZstdSharp.DecompressionStream(layer, leaveOpen: true),
        _ => layer,
    };

    /// <summary>Size and digest of a layer that comes decompressed, of at most <paramref name="most"/> bytes.</summary>
    internal static (long Size, Digest DiffId) Measure(Stream plain, long most, Digest digest, bool hashed, CancellationToken ct)
    {
        using var measure = new MeasuringStream(most, hashed, ct);
        try
        {
            plain.CopyTo(measure, BufferSize);
            return (measure.Length, measure.Complete());
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or ZstdSharp.ZstdException)
        {
            throw new ContentException(Reasons.InvalidImage, $"Layer {digest} cannot be decompressed: {e.Message}", e) { Digest = digest };
        }
    }
}
