using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Handcarry.Streams.Registry;

/// <summary>
/// Blocks wide enough for several TLS records. Kestrel writes a response through the blocks of its memory pool, 4 KiB each, and
/// encrypts block by block (dotnet/aspnetcore#30545): four times the records, headers and calls that are needed. With this pool in its
/// place the records are full, 16 KiB, for a draw at three fifths of the CPU (the <c>spine</c> benchmark; the sender's part is
/// in reference/akka.md section 2). Kestrel's own transport stays below the TLS, so limits and the notice of a peer that left do too.
/// </summary>
internal sealed class WideMemoryPool : MemoryPool<byte>, IMemoryPoolFeature
{
    private const int Width = 64 << 10;

    private WideMemoryPool()
    {
    }

    public static WideMemoryPool Instance { get; } = new();

    public override int MaxBufferSize => Shared.MaxBufferSize;

    MemoryPool<byte> IMemoryPoolFeature.MemoryPool => this;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => Shared.Rent(Math.Max(minBufferSize, Width));

    /// <summary>Connection middleware, to stand before Kestrel's TLS: whatever comes after it takes its blocks here.</summary>
    public ConnectionDelegate Precede(ConnectionDelegate next) => connection =>
    {
        connection.Features.Set<IMemoryPoolFeature>(this);
        return next(connection);
    };

    protected override void Dispose(bool disposing)
    {
        // The shared pool below is everybody's.
    }
}
