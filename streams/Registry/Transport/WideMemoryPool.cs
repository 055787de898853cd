using System.Buffers;

namespace Handcarry.Streams.Registry.Transport;

/// <summary>
/// Blocks wide enough for several TLS records. Kestrel's own pool has blocks of 4 KiB, and what is written through them is encrypted block by block
/// (dotnet/aspnetcore#30545): four times the records, headers and calls that are needed.
/// </summary>
internal sealed class WideMemoryPool : MemoryPool<byte>
{
    private const int Width = 64 << 10;

    private WideMemoryPool()
    {
    }

    public static WideMemoryPool Instance { get; } = new();

    public override int MaxBufferSize => Shared.MaxBufferSize;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => Shared.Rent(Math.Max(minBufferSize, Width));

    protected override void Dispose(bool disposing)
    {
        // The shared pool below is everybody's.
    }
}
