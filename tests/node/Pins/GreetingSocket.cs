using System.Net.Sockets;

namespace Handcarry.Hosts.Node.Tests.Pins;

/// <summary>A socket on which a runtime seems to listen: who connects is sent something and kept until it is started anew.</summary>
internal sealed class GreetingSocket : IDisposable
{
    private readonly List<Socket> _guests = [];
    private Socket _listener;

    public GreetingSocket(string path)
    {
        Path = path;
        _listener = Listen();
    }

    public string Path { get; }

    /// <summary>Whether somebody is connected who would notice a restart.</summary>
    public bool HasGuest
    {
        get
        {
            lock (_guests)
                return _guests.Count > 0;
        }
    }

    /// <summary>As when a runtime ends and is started.</summary>
    public void Restart()
    {
        Dispose();
        File.Delete(Path);
        _listener = Listen();
    }

    public void Dispose()
    {
        _listener.Dispose();
        lock (_guests)
        {
            _guests.ForEach(static guest => guest.Dispose());
            _guests.Clear();
        }
    }

    private Socket Listen()
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path));
        listener.Listen();
        _ = AcceptAsync(listener);
        return listener;
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var guest = await listener.AcceptAsync();
                lock (_guests)
                    _guests.Add(guest);
                await guest.SendAsync("settings"u8.ToArray());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was started anew, or the test has ended.
        }
    }
}
