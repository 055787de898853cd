using System.Security.Cryptography;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Devices;

/// <summary>
/// Writes a bundle over a device:
/// <list type="number">
/// <item><see cref="WriteAsync"/>: the bundle from byte 0 on, but zeros for its first block; then zeros over the rest of the first and over the last
/// MiB of the device;</item>
/// <item><see cref="DeviceReadBack"/> compares;</item>
/// <item><see cref="FinishAsync"/>: the first block.</item>
/// </list>
/// So a medium that was pulled out too early, or did not keep what it was given, never begins as a bundle does and no node takes it for one.
/// The zeros at both ends are for what else lives there and would have the kernel, udev or mdadm see more than a bundle: GPT's backup header in the
/// last 33 sectors (UEFI 2.10, 5.3), RAID superblocks 4 KiB to 128 KiB before the end (md(4)), labels of ZFS in the last 512 KiB, and, behind a bundle
/// smaller than a MiB, superblocks near the start.
/// </summary>
public sealed class DeviceWriter(IRawDevice device, string name)
{
    /// <summary>Bytes written at a time: large enough that a stick is never idle, small enough to stop soon.</summary>
    public const int PieceBytes = 4 << 20;

    private const int EndBytes = 1 << 20;

    /// <summary>Writes all but the first block. The bundle is read once; the next piece is read and hashed while one is being written.</summary>
    /// <param name="bundle">The bundle from its start.</param>
    /// <param name="length">Bytes it has, at most the size of the device.</param>
    /// <param name="progress">Gets the bytes of the bundle that the device has taken.</param>
    /// <param name="ct">Stops between two pieces; the medium is incomplete then.</param>
    /// <exception cref="ContentException"><see cref="Reasons.ReadFailed"/>: the bundle; <see cref="Reasons.WriteFailed"/>: the device, with the offset.</exception>
    public async Task<DeviceCopy> WriteAsync(Stream bundle, long length, IProgress<long> progress, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, device.Size);
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var pieces = new List<WrittenPiece>();
        var first = DirectMemory.Allocate(device.BlockSize);
        Memory<byte>[] buffers = [DirectMemory.Allocate(PieceBytes), DirectMemory.Allocate(PieceBytes)];
        var writing = Task.CompletedTask;
        try
        {
            for (long offset = 0; offset < length; offset += PieceBytes)
            {
                ct.ThrowIfCancellationRequested();
                var bytes = (int)Math.Min(PieceBytes, length - offset);
                var piece = buffers[pieces.Count % 2][..Blocks(bytes)];
                await FillAsync(bundle, piece[..bytes], offset, length, ct);
                piece.Span[bytes..].Clear();
                whole.AppendData(piece.Span[..bytes]);
                if (offset == 0)
                {
                    piece[..first.Length].CopyTo(first);
                    piece.Span[..first.Length].Clear();
                }
                pieces.Add(new WrittenPiece(offset, piece.Length, Digest.Of(piece.Span)));
                await writing;
                writing = PutAsync(piece, offset, bytes);
            }
        }
        finally
        {
            await writing;
        }

        await ZeroAsync(Blocks(length), EndBytes, pieces, ct);
        await ZeroAsync(Math.Max(Math.Max(Blocks(length), EndBytes), device.Size - EndBytes), device.Size, pieces, ct);
        await FlushAsync(ct);
        return new DeviceCopy(Digest.FromHash(whole.GetHashAndReset()), length, first, pieces);

        async Task PutAsync(ReadOnlyMemory<byte> piece, long offset, int bytes)
        {
            await WriteBlocksAsync(piece, offset, ct);
            progress.Report(bytes);
        }
    }

    /// <summary>Puts the first block in place, reads it back, and has the kernel forget the partitions of before; false when it would not.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.WriteFailed"/>, <see cref="DeviceReasons.ReadBackDiffers"/>.</exception>
    public async Task<bool> FinishAsync(DeviceCopy copy)
    {
        await WriteBlocksAsync(copy.FirstBlock, 0, CancellationToken.None);
        await FlushAsync(CancellationToken.None);
        var block = new WrittenPiece(0, copy.FirstBlock.Length, Digest.Of(copy.FirstBlock.Span));
        await new DeviceReadBack(device, name).ComparePiecesAsync([block], _ => ValueTask.FromResult<ReadOnlyMemory<byte>?>(copy.FirstBlock), null, CancellationToken.None);
        return device.ForgetPartitions();
    }

    private static async Task FillAsync(Stream bundle, Memory<byte> piece, long offset, long length, CancellationToken ct)
    {
        try
        {
            await bundle.ReadExactlyAsync(piece, ct);
        }
        catch (IOException e)
        {
            throw new ContentException(Reasons.ReadFailed, $"The bundle could not be read from byte {offset} of {length} on: {e.Message} Get it again.", e) { Offset = offset };
        }
    }

    private async Task ZeroAsync(long from, long to, List<WrittenPiece> pieces, CancellationToken ct)
    {
        to = Math.Min(to, device.Size);
        if (from >= to)
            return;
        var zeros = DirectMemory.Allocate((int)(to - from));
        await WriteBlocksAsync(zeros, from, ct);
        pieces.Add(new WrittenPiece(from, zeros.Length, Digest.Of(zeros.Span)));
    }

    private async Task WriteBlocksAsync(ReadOnlyMemory<byte> piece, long offset, CancellationToken ct)
    {
        try
        {
            await device.WriteAsync(piece, offset, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed($"could not be written at byte {offset} of {device.Size}", e, offset);
        }
    }

    private async Task FlushAsync(CancellationToken ct)
    {
        try
        {
            await device.FlushAsync(ct);
        }
        catch (IOException e)
        {
            throw Failed("could not keep what was written", e, null);
        }
    }

    private ContentException Failed(string what, Exception e, long? offset) => new(
        Reasons.WriteFailed,
        $"{name} {what}: {e.Message}. It was pulled out or is damaged: try again, or take another medium.",
        e) { Offset = offset };

    private long Blocks(long bytes) => (bytes + device.BlockSize - 1) / device.BlockSize * device.BlockSize;

    private int Blocks(int bytes) => (int)Blocks((long)bytes);
}
