using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>
/// A bundle put together of pieces. What a medium does not give is read once more in small steps, so that everything before it is had and the error has its
/// offset; whether the medium is gone or only a place on it bad decides whether reading can go on behind.
/// </summary>
internal sealed class BundleBytes(IReadOnlyList<BundlePiece> pieces, IDisposable? medium) : IDisposable
{
    private const int SmallStep = 64 << 10;

    /// <summary>Bytes in all.</summary>
    public long Length { get; } = pieces[^1].Start + pieces[^1].Length;

    /// <summary>Reads what comes at <paramref name="offset"/>, before the end, in whole blocks, into <see cref="Node.Devices.DirectMemory"/>; the bytes are a part of it.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.ReadFailed"/>, <see cref="Reasons.PartMissing"/>.</exception>
    public ReadOnlyMemory<byte> Read(Memory<byte> buffer, long offset)
    {
        var piece = pieces.First(piece => offset < piece.Start + piece.Length);
        if (piece.Bytes is null)
        {
            throw new ContentException(Reasons.PartMissing, $"{piece.Name} is not on this medium. Insert the one that has it; what was read stays.")
            {
                Offset = offset,
                Unreadable = piece.Start + piece.Length - offset,
            };
        }
        var skip = (int)((offset - piece.Start) % OpenedPart.Alignment);
        var at = offset - piece.Start - skip;
        var room = buffer[..(int)Math.Min(buffer.Length, RoundUp(piece.Length - at))];
        int read;
        try
        {
            read = piece.Bytes.Read(room, at);
        }
        catch (IOException e) when (piece.Bytes.IsThere)
        {
            read = ReadSteps(piece.Bytes, room, at);
            if (read <= skip)
                throw Bad(piece, offset, Math.Min(at + OpenedPart.Alignment, piece.Length) - (offset - piece.Start), e);
        }
        catch (IOException e)
        {
            throw Gone(piece, offset, e);
        }
        if (read <= skip)
            throw piece.Bytes.IsThere ? Shortened(piece, offset) : Gone(piece, offset, null);
        return room[skip..(int)Math.Min(read, piece.Length - at)];
    }

    public void Dispose()
    {
        foreach (var piece in pieces)
            piece.Bytes?.Dispose();
        medium?.Dispose();
    }

    // Bytes up to the first block that cannot be read.
    private static int ReadSteps(IPartBytes bytes, Memory<byte> room, long offset)
    {
        var step = SmallStep;
        for (var done = 0; ;)
        {
            try
            {
                var read = done < room.Length ? bytes.Read(room.Slice(done, Math.Min(step, room.Length - done)), offset + done, direct: true) : 0;
                done += read;
                if (read == 0 || read % OpenedPart.Alignment != 0)
                    return done;
            }
            catch (IOException) when (step > OpenedPart.Alignment)
            {
                step = OpenedPart.Alignment;
            }
            catch (IOException)
            {
                return done;
            }
        }
    }

    private static ContentException Bad(BundlePiece piece, long offset, long length, IOException e) =>
        new(Reasons.ReadFailed, $"{piece.Name} is damaged: {length} bytes at byte {offset - piece.Start} cannot be read ({e.Message.TrimEnd('.')}). Everything else of it is read; insert a copy for what is missing.", e)
        {
            Offset = offset,
            Unreadable = length,
        };

    private ContentException Gone(BundlePiece piece, long offset, IOException? e) =>
        new(Reasons.ReadFailed, $"{piece.Name} was pulled out at byte {offset} of {Length}. Insert it again, or a copy of it, into any node; what was read stays.", e) { Offset = offset };

    private static ContentException Shortened(BundlePiece piece, long offset) =>
        new(Reasons.ReadFailed, $"{piece.Name} ended at byte {offset - piece.Start} of {piece.Length}: it was shortened while it was read. Insert the medium again.") { Offset = offset };

    private static long RoundUp(long length) => (length + OpenedPart.Alignment - 1) / OpenedPart.Alignment * OpenedPart.Alignment;
}
