using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Handcarry.Streams.Registry.Transport;

/// <summary>One accepted connection. It has no <see cref="Transport"/> until <see cref="PeerTls"/> has shaken hands.</summary>
internal sealed class WideConnection : ConnectionContext
{
    private static long s_count;

    private readonly Socket _socket;
    private readonly CancellationTokenSource _closed = new();
    private IDuplexPipe? _transport;

    public WideConnection(Socket socket)
    {
        _socket = socket;
        Stream = new GatheredSends(socket);
        (LocalEndPoint, RemoteEndPoint) = (socket.LocalEndPoint, socket.RemoteEndPoint);
        ConnectionClosed = _closed.Token;
        ConnectionId = Interlocked.Increment(ref s_count).ToString(CultureInfo.InvariantCulture);
        Features.Set(this);
    }

    /// <summary>What goes over the wire.</summary>
    public GatheredSends Stream { get; }

    public override string ConnectionId { get; set; }

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport
    {
        get => _transport ?? throw new InvalidOperationException("Nobody has shaken hands on this connection.");
        set => _transport = value;
    }

    public override CancellationToken ConnectionClosed { get; set; }

    public override EndPoint? LocalEndPoint { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    /// <summary>The peer is gone, or nothing can be sent to it any more: whoever works for it may stop.</summary>
    public void TellClosed()
    {
        try
        {
            _closed.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The connection has ended meanwhile.
        }
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        // With a reset: the peer must not take what it has for a whole answer, and what waits to be sent is of no use.
        try
        {
            _socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }

        _socket.Dispose();
        TellClosed();
    }

    public override async ValueTask DisposeAsync()
    {
        TellClosed();
        await Stream.DisposeAsync();
        _closed.Dispose();
        await base.DisposeAsync();
    }
}
