using Handcarry.Hosts.Node.Devices;

namespace Handcarry.Cli.Tests.Writing;

/// <summary>A real device, with something that happens at each write or read.</summary>
internal sealed class TroubledDevice(IRawDevice inner) : IRawDevice
{
    public Action? AtWrite { get; init; }

    public Action<Memory<byte>>? AtRead { get; init; }

    public int BlockSize => inner.BlockSize;

    public long Size => inner.Size;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> piece, long offset, CancellationToken ct)
    {
        AtWrite?.Invoke();
        return inner.WriteAsync(piece, offset, ct);
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken ct)
    {
        var read = await inner.ReadAsync(buffer, offset, ct);
        AtRead?.Invoke(buffer[..read]);
        return read;
    }

    public ValueTask FlushAsync(CancellationToken ct) => inner.FlushAsync(ct);

    public bool ForgetPartitions() => inner.ForgetPartitions();

    public void Dispose() => inner.Dispose();
}
