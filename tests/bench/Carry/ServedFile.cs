using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Handcarry.Lab.Site;

namespace Handcarry.Bench.Carry;

/// <summary>Answers every HTTP request to one address of a site's network with the same bytes, straight from the file through the kernel.</summary>
internal sealed class ServedFile : IDisposable
{
    private readonly Socket _listener;
    private readonly byte[] _head;
    private readonly string _file;

    /// <param name="network">Namespace in which it listens.</param>
    /// <param name="endpoint">Where.</param>
    /// <param name="file">What it answers.</param>
    public ServedFile(string network, IPEndPoint endpoint, string file)
    {
        _file = file;
        _head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Length: {new FileInfo(file).Length}\r\nConnection: close\r\n\r\n"));
        _listener = NetworkNamespace.Listen(network, endpoint);
        _ = AcceptAsync();
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = AnswerAsync(await _listener.AcceptAsync());
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private async Task AnswerAsync(Socket client)
    {
        using (client)
        {
            try
            {
                // A request of these clients is one packet.
                await client.ReceiveAsync(new byte[4096]);
                await client.SendFileAsync(_file, _head, default, TransmitFileOptions.UseDefaultWorkerThread);
                client.Shutdown(SocketShutdown.Send);
                await client.ReceiveAsync(new byte[1]);
            }
            catch (SocketException)
            {
                // The client is gone; whoever started it says so.
            }
        }
    }
}
