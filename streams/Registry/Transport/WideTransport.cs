using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Handcarry.Streams.Registry.Transport;

/// <summary>
/// Kestrel's way to the network for the data plane, in place of its own.
/// <code><![CDATA[
///   Kestrel --response--> PeerPipe --64 KiB--> SslStream --16 KiB records--> GatheredSends --256 KiB--> socket
///   Kestrel <--request--- PeerPipe <---------- SslStream <--------------------------------------------- socket
/// ]]></code>
/// Kestrel's own sockets stand behind a pipe, into which SslStream puts one record at a time; another thread is woken for each. Here a flush of the response
/// encrypts all of it and sends it with one call, on the thread that flushes (reference/akka.md section 2 has the measurements).
/// The handshake is a connection middleware, <see cref="PeerTls"/>, so that Kestrel's limit of connections holds for those that never finish it.
/// </summary>
internal sealed class WideTransport : IConnectionListenerFactory
{
    // As many as Kestrel lets wait to be accepted.
    private const int Waiting = 512;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        Socket? socket = null;
        try
        {
            socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.Listen(Waiting);
            return new ValueTask<IConnectionListener>(new WideListener(socket));
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            // The one is Kestrel's word for it, to which it adds the address.
            throw e.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? new AddressInUseException(e.Message, e)
                : new IOException($"The data plane cannot listen on {endpoint}: {e.Message}.", e);
        }
    }
}
