using System.Net;
using System.Net.Sockets;

namespace Handcarry.E2e.Tests.Faults;

/// <summary>One connection over a <see cref="FaultyLink"/>.</summary>
internal sealed class FaultyConnection(FaultyLink link, Socket drawer) : IDisposable
{
    private const int BufferSize = 64 << 10;

    private readonly Socket _holder = new(SocketType.Stream, ProtocolType.Tcp);
    private volatile bool _halfOpen;

    /// <summary>Relays until either side ends the connection, or the link does.</summary>
    public async Task RunAsync(IPEndPoint address, CancellationToken end)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(end);
        try
        {
            await _holder.ConnectAsync(address, ended.Token);
            await await Task.WhenAny(RelayAsync(drawer, _holder, Way.Up, ended.Token), RelayAsync(_holder, drawer, Way.Down, ended.Token));
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side is told below.
        }

        await ended.CancelAsync();
        _holder.Dispose();
        if (_halfOpen)
            await SilenceAsync(end);
    }

    /// <summary>The holder goes, and the drawing node is not told.</summary>
    public void LeaveHalfOpen()
    {
        _halfOpen = true;
        _holder.Dispose();
    }

    // What ends in the middle of an answer is an error to whoever reads it, in good order or not.
    public void Dispose()
    {
        _holder.Dispose();
        drawer.Dispose();
    }

    // Until the drawing node gives it up.
    private async Task SilenceAsync(CancellationToken end)
    {
        var buffer = new byte[BufferSize];
        try
        {
            while (await drawer.ReceiveAsync(buffer, end) > 0)
            {
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            // Given up.
        }
    }

    private async Task RelayAsync(Socket from, Socket to, Way way, CancellationToken ended)
    {
        var buffer = new byte[BufferSize];
        while (true)
        {
            var slow = way == Way.Down ? link.BytesPerSecond : null;
            var read = await from.ReceiveAsync(buffer.AsMemory(0, Math.Min(BufferSize, (slow / 10) ?? BufferSize)), ended);
            await link.PassAsync(way);
            if (read == 0)
                return;
            if (way == Way.Down && !link.Count(read))
            {
                // Without lingering a closed socket sends a reset (tcp(7), SO_LINGER of 0).
                drawer.LingerState = new LingerOption(true, 0);
                _holder.LingerState = new LingerOption(true, 0);
                return;
            }

            for (var sent = 0; sent < read;)
                sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), ended);
            if (slow is not null)
                await Task.Delay(TimeSpan.FromMilliseconds(100), ended);
        }
    }
}
