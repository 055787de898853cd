using System.Net.Sockets;
using System.Threading.Channels;

namespace Handcarry.Hosts.Node.Cri;

/// <summary>
/// Hears when the runtime is started anew: a connection to its socket is held and never used, and its end is that of the runtime. Nothing is asked meanwhile. While nobody
/// listens it is tried again, less and less often.
/// </summary>
public sealed class RuntimeWatch : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    // The client's preface and an empty SETTINGS frame (RFC 9113, sections 3.4 and 6.5): gRPC servers hang up on who does not say so within two minutes.
    private static readonly byte[] Greeting = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0];

    private readonly Channel<bool> _restarts = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private readonly string _socket;
    private readonly TimeProvider _time;
    private readonly Task _running;

    /// <summary>Begins to listen.</summary>
    /// <param name="socket">The runtime's socket.</param>
    /// <param name="time">For the pauses.</param>
    public RuntimeWatch(string socket, TimeProvider time)
    {
        (_socket, _time) = (socket, time);
        _running = RunAsync(_stop.Token);
    }

    /// <summary>Waits until the runtime listens again after it did not; several restarts that nobody waited for are one.</summary>
    public Task RestartedAsync(CancellationToken cancellationToken) => _restarts.Reader.ReadAsync(cancellationToken).AsTask();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var (missed, pause) = (false, FirstPause);
        try
        {
            while (true)
            {
                try
                {
                    using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socket), cancellationToken);
                    await socket.SendAsync(Greeting, cancellationToken);
                    var buffer = new byte[256];
                    var greeted = false;
                    while (await socket.ReceiveAsync(buffer, cancellationToken) > 0)
                    {
                        // A runtime that has just bound its socket does not serve yet; this one does.
                        if (missed && !greeted)
                            _restarts.Writer.TryWrite(true);
                        (greeted, pause) = (true, FirstPause);
                    }
                }
                catch (SocketException)
                {
                    // Nobody listens, or the connection was cut.
                }
                missed = true;
                await Task.Delay(pause, _time, cancellationToken);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }
}
