using System.Net;
using System.Net.Sockets;
using Handcarry.ClusterConfig.Options;

namespace Handcarry.Cli.Tests.Clients;

/// <summary>A port that leads to another one until it is cut off, as that of an agent which dies.</summary>
internal sealed class PassingDoor : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Endpoint _behind;
    private readonly List<TcpClient> _open = [];
    private readonly Lock _gate = new();

    public PassingDoor(Endpoint behind)
    {
        _behind = behind;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => field == 0 ? field = ((IPEndPoint)_listener.LocalEndpoint).Port : field;

    /// <summary>How many have come.</summary>
    public int Passed { get; private set; }

    /// <summary>Cuts off who is there, and lets nobody in any more.</summary>
    public void Dispose()
    {
        _listener.Dispose();
        lock (_gate)
            _open.ForEach(one => one.Dispose());
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var outside = await _listener.AcceptTcpClientAsync();
                var inside = new TcpClient(_behind.Host, _behind.Port);
                lock (_gate)
                {
                    _open.AddRange([outside, inside]);
                    Passed++;
                }
                _ = CarryAsync(outside, inside);
                _ = CarryAsync(inside, outside);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private static async Task CarryAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
            to.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut off.
        }
    }
}
