using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Handcarry.Streams.Replication;
using Handcarry.Streams.Tests.Registry;

namespace Handcarry.Streams.Tests.Replication;

/// <summary>A holder that belongs to the site, but answers just what the test wants.</summary>
internal sealed class ScriptedHolder : IAsyncDisposable
{
    private readonly TestAuthority _authority;
    private readonly Func<Request, Task> _answer;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, Task> _serving = [];
    private readonly Task _accepting;

    public ScriptedHolder(TestAuthority authority, Func<Request, Task> answer)
    {
        (_authority, _answer) = (authority, answer);
        _listener.Start();
        AsHolder = new Holder("node-x", new Uri($"https://{_listener.LocalEndpoint}"));
        _accepting = AcceptAsync();
    }

    public Holder AsHolder { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        foreach (var socket in _serving.Keys)
            socket.Dispose();
        await Task.WhenAll(_serving.Values).InTime();
    }

    private async Task AcceptAsync()
    {
        var certificate = _authority.Identity("node-x").Certificate;
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            _serving[socket] = ServeAsync(socket);
        }

        async Task ServeAsync(Socket socket)
        {
            using (socket)
            {
                try
                {
                    await using var tls = new SslStream(new NetworkStream(socket));
                    await tls.AuthenticateAsServerAsync(certificate);
                    while (await ReadRequestAsync(socket, tls) is { } request)
                        await _answer(request);
                }
                catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
                {
                    // The drawing side, or the script, has broken the connection off.
                }
            }
        }
    }

    private static async Task<Request?> ReadRequestAsync(Socket socket, SslStream tls)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await tls.ReadAsync(one) == 0)
                return null;
            head.Append((char)one[0]);
        }

        var range = head.ToString().Split("\r\n").SingleOrDefault(line => line.StartsWith("Range: bytes=", StringComparison.Ordinal));
        return new Request(socket, tls, range is null ? 0 : long.Parse(range["Range: bytes=".Length..^1]));
    }

    /// <summary>One request for a blob, from offset <paramref name="From"/> on.</summary>
    internal sealed record Request(Socket Socket, Stream Stream, long From)
    {
        public Task HeadAsync(long size, string? status = null)
        {
            status ??= From == 0 ? "200 OK" : $"206 Partial Content\r\nContent-Range: bytes {From}-{size - 1}/{size}";
            return Stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {size - From}\r\n\r\n")).AsTask();
        }

        /// <summary>Head and all bytes from where they were asked for.</summary>
        public async Task WholeAsync(byte[] bytes)
        {
            await HeadAsync(bytes.Length);
            await Stream.WriteAsync(bytes.AsMemory((int)From));
        }

        /// <summary>Breaks the connection with a TCP reset.</summary>
        public void Reset()
        {
            Socket.LingerState = new LingerOption(true, 0);
            Socket.Close();
        }
    }
}
