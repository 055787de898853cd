using System.Globalization;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Devices;

/// <summary>
/// Reads from a device what was written to it and compares digests. Sticks that are damaged, or pretend to have more room than they have, take
/// every write and return something else.
/// </summary>
public sealed class DeviceReadBack(IRawDevice device, string name)
{
    /// <summary>Compares everything <see cref="DeviceWriter.WriteAsync"/> has written.</summary>
    /// <param name="copy">What was written.</param>
    /// <param name="bundle">Where it came from: when it can seek, it tells the very byte that differs.</param>
    /// <param name="progress">Gets the bytes that were found right.</param>
    /// <param name="ct">Stops between two pieces.</param>
    /// <exception cref="ContentException"><see cref="DeviceReasons.ReadBackDiffers"/>, with the offset.</exception>
    public async Task CompareAsync(DeviceCopy copy, Stream bundle, IProgress<long> progress, CancellationToken ct) =>
        await ComparePiecesAsync(copy.Pieces, piece => WrittenAsync(copy, piece, bundle, ct), progress, ct);

    internal async Task ComparePiecesAsync(
        IReadOnlyList<WrittenPiece> pieces, Func<WrittenPiece, ValueTask<ReadOnlyMemory<byte>?>> written, IProgress<long>? progress, CancellationToken ct)
    {
        Memory<byte>[] buffers = [.. Enumerable.Range(0, 2).Select(_ => DirectMemory.Allocate(pieces.Max(piece => piece.Length)))];
        var reading = ReadAsync(0);
        for (var i = 0; i < pieces.Count; i++)
        {
            var read = await reading;
            ct.ThrowIfCancellationRequested();
            if (i + 1 < pieces.Count)
                reading = ReadAsync(i + 1);
            if (Digest.Of(read.Span) != pieces[i].Digest)
            {
                // The other buffer is still being read into.
                await reading;
                throw Differs(pieces[i].Offset, read, await written(pieces[i]));
            }
            progress?.Report(pieces[i].Length);
        }

        async Task<ReadOnlyMemory<byte>> ReadAsync(int i)
        {
            var piece = buffers[i % 2][..pieces[i].Length];
            await FillAsync(piece, pieces[i].Offset, ct);
            return piece;
        }
    }

    private async Task FillAsync(Memory<byte> piece, long offset, CancellationToken ct)
    {
        for (var filled = 0; filled < piece.Length;)
        {
            var at = offset + filled;
            int read;
            try
            {
                read = await device.ReadAsync(piece[filled..], at, ct);
            }
            catch (IOException e)
            {
                throw Unusable(at, $"{name} cannot be read back at byte {at} of {device.Size}: {e.Message}. It was pulled out or is damaged: try again, or take another medium.", e);
            }

            // What the kernel reports of a stick that was pulled (reference/devices.md section 4).
            if (read == 0)
                throw Unusable(at, $"{name} ended at byte {at} of {device.Size}: it was pulled out. Plug it in and write it again.");
            filled += read;
        }
    }

    private ContentException Differs(long offset, ReadOnlyMemory<byte> read, ReadOnlyMemory<byte>? written)
    {
        var same = written is { } bytes ? read.Span.CommonPrefixLength(bytes.Span) : read.Length;
        var where = same < read.Length
            ? string.Create(CultureInfo.InvariantCulture, $"first at byte {offset + same}")
            : string.Create(CultureInfo.InvariantCulture, $"first between bytes {offset} and {offset + read.Length - 1}");
        return Unusable(
            same < read.Length ? offset + same : offset,
            $"{name} does not return what was written, {where} of {device.Size}. It is damaged, or has less room than it says: take another medium.");
    }

    private static ContentException Unusable(long offset, string sentence, Exception? inner = null) =>
        new(DeviceReasons.ReadBackDiffers, sentence, inner) { Offset = offset };

    // Only after a difference: the bundle is read once as long as everything is right. Null when it cannot be had again.
    private static async ValueTask<ReadOnlyMemory<byte>?> WrittenAsync(DeviceCopy copy, WrittenPiece piece, Stream bundle, CancellationToken ct)
    {
        var bytes = new byte[piece.Length];
        if (piece.Offset < copy.Bytes)
        {
            if (!bundle.CanSeek)
                return null;
            bundle.Position = piece.Offset;
            await bundle.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
        }
        if (piece.Offset == 0)
            bytes.AsSpan(0, copy.FirstBlock.Length).Clear();
        return bytes;
    }
}
