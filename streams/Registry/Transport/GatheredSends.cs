using System.Buffers;
using System.Net.Sockets;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Registry.Transport;

/// <summary>
/// A connection that sends only when it is flushed or when 256 KiB have come together: SslStream writes record by record and flushes at the end. One
/// writer at a time. The buffer is held from the first byte to the flush only, so that connections which wait hold none.
/// </summary>
internal sealed class GatheredSends(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    private const int Width = 256 << 10;

    private byte[]? _gathered;
    private int _count;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            _gathered ??= TransferBuffers.Pool.Rent(Width);
            var part = buffer[..Math.Min(buffer.Length, Width - _count)];
            part.CopyTo(_gathered.AsMemory(_count));
            _count += part.Length;
            buffer = buffer[part.Length..];
            if (_count == Width)
                await FlushAsync(cancellationToken);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_gathered is not { } buffer)
            return;
        var count = _count;
        (_gathered, _count) = (null, 0);
        try
        {
            await base.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
        finally
        {
            TransferBuffers.Pool.Return(buffer);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _gathered, null) is { } buffer)
            TransferBuffers.Pool.Return(buffer);
        base.Dispose(disposing);
    }
}
