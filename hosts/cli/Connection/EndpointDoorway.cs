using System.Net.Sockets;
using Handcarry.ClusterConfig.Options;

namespace Handcarry.Cli.Connection;

/// <summary>A contact that somebody has named.</summary>
internal sealed class EndpointDoorway(Endpoint contact) : IDoorway
{
    public string Name => contact.ToString();

    public bool IsVouchedFor => false;

    public async Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(contact.Host, contact.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException(e.Message, e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
