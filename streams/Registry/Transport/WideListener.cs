using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Handcarry.Streams.Registry.Transport;

/// <summary>Accepts connections for <see cref="WideTransport"/>.</summary>
internal sealed class WideListener(Socket socket) : IConnectionListener
{
    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                var accepted = await socket.AcceptAsync(cancellationToken);
                accepted.NoDelay = true;
                return new WideConnection(accepted);
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return null; // Kestrel's word for the end of listening.
            }
            catch (SocketException)
            {
                // Whoever called hung up before it was answered.
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => DisposeAsync();

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
