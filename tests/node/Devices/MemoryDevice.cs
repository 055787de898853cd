using Handcarry.Hosts.Node.Devices;

namespace Handcarry.Hosts.Node.Tests.Devices;

/// <summary>A stick in memory that can be made to misbehave as sticks do.</summary>
internal sealed class MemoryDevice(int size, int blockSize = 512) : IRawDevice
{
    public byte[] Content { get; } = Enumerable.Repeat((byte)0xAA, size).ToArray();

    public int BlockSize => blockSize;

    public long Size => Content.Length;

    /// <summary>Writes that reach this byte fail.</summary>
    public long FailsFrom { get; init; } = long.MaxValue;

    /// <summary>Room it really has; what is beyond goes to its start again.</summary>
    public int RealSize { get; init; } = int.MaxValue;

    /// <summary>The bit that is lost there.</summary>
    public int? FlippedByte { get; init; }

    /// <summary>Reads end there.</summary>
    public long EndsAt { get; init; } = long.MaxValue;

    public bool KeepsPartitions { get; init; }

    public int Flushes { get; private set; }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> piece, long offset, CancellationToken ct)
    {
        Whole(piece.Length, offset);
        if (offset + piece.Length > FailsFrom)
            throw new IOException("Input/output error");
        piece.CopyTo(At(offset, piece.Length));
        return ValueTask.CompletedTask;
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken ct)
    {
        Whole(buffer.Length, offset);
        if (offset >= EndsAt)
            return ValueTask.FromResult(0);

        // Short reads are allowed.
        var read = Math.Max(blockSize, buffer.Length / 2 / blockSize * blockSize);
        At(offset, read).CopyTo(buffer);
        if (FlippedByte is { } at && at >= offset && at < offset + read)
            buffer.Span[at - (int)offset] ^= 1;
        return ValueTask.FromResult(read);
    }

    public ValueTask FlushAsync(CancellationToken ct)
    {
        Flushes++;
        return ValueTask.CompletedTask;
    }

    public bool ForgetPartitions() => !KeepsPartitions;

    public void Dispose()
    {
    }

    // Room that is not there begins at a piece's edge, as blocks of flash do.
    private Memory<byte> At(long offset, int length) => Content.AsMemory((int)(offset % RealSize), length);

    private void Whole(int length, long offset)
    {
        if (length % blockSize != 0 || offset % blockSize != 0 || offset + length > Size)
            throw new InvalidOperationException($"{length} bytes at {offset} are not whole blocks of the device.");
    }
}
