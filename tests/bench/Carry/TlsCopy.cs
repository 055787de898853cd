using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Handcarry.Streams.Tests.Registry;

namespace Handcarry.Bench.Carry;

/// <summary>The control of a relay's work: the same bytes through one TLS 1.3 connection over loopback, sent, received, hashed once; neither read nor written.</summary>
internal static class TlsCopy
{
    private const int BufferSize = 1 << 18;

    /// <returns>CPU seconds of both ends per GB.</returns>
    public static async Task<double> MeasureAsync(long bytes, CancellationToken cancellationToken)
    {
        using var certificate = new TestAuthority().Issue("node-1", TestAuthority.ServerAuthentication);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        var accepting = listener.AcceptTcpClientAsync(cancellationToken);
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, cancellationToken);
        using var server = await accepting;
        await using var sender = new SslStream(server.GetStream());
        await using var receiver = new SslStream(client.GetStream(), false, (_, presented, _, _) => presented?.GetCertHashString() == certificate.GetCertHashString());
        await Task.WhenAll(
            sender.AuthenticateAsServerAsync(certificate, false, SslProtocols.Tls13, false),
            receiver.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "node-1", EnabledSslProtocols = SslProtocols.Tls13 }, cancellationToken));
        var before = Environment.CpuUsage.TotalTime;
        var sending = Task.Run(() => SendAsync(sender, bytes, cancellationToken), cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        for (long left = bytes; left > 0;)
        {
            var count = await receiver.ReadAsync(buffer, cancellationToken);
            if (count == 0)
                throw new IOException("The connection ended early.");
            hash.AppendData(buffer, 0, count);
            left -= count;
        }

        await sending;
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds * 1e9 / bytes;
    }

    private static async Task SendAsync(SslStream sender, long bytes, CancellationToken cancellationToken)
    {
        var buffer = RandomNumberGenerator.GetBytes(BufferSize);
        for (var left = bytes; left > 0; left -= BufferSize)
            await sender.WriteAsync(buffer.AsMemory(0, (int)Math.Min(left, BufferSize)), cancellationToken);
    }
}
