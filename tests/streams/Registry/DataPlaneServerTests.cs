using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry;
using Handcarry.Streams.Replication;
using Handcarry.Streams.Tests.Replication;
using Microsoft.Extensions.Logging.Abstractions;
using static Handcarry.Streams.Tests.Content.Blobs;

namespace Handcarry.Streams.Tests.Registry;

public sealed class DataPlaneServerTests : IAsyncLifetime
{
    private readonly TestAuthority _authority = new();
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.StartAsync(_authority);

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task A_peer_of_the_same_authority_is_let_in()
    {
        using var http = PeerClient.Create(_authority.Identity("node-2"));
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(_node.Endpoint, "/v2/"))).StatusCode);
    }

    [Fact]
    public async Task All_peers_together_wait_for_the_limit_of_what_is_sent_and_get_everything_once_it_is_gone()
    {
        var bytes = Bytes(1000);
        await StoreAsync(_node.Store, bytes);
        var limit = new RateLimit(TimeProvider.System) { BytesPerSecond = 1 };
        await using var server = await DataPlaneServer.StartAsync(
            new DataPlaneOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0), Sending = limit },
            _authority.Identity("node-1"), _node.Store, _node.Index, null, _node.Counters, NullLoggerFactory.Instance, default);
        using var one = PeerClient.Create(_authority.Identity("node-2"));
        using var other = PeerClient.Create(_authority.Identity("node-3"));
        var blob = new Uri(server.Endpoint, $"/v2/handcarry/blobs/{Digest.Of(bytes)}");
        Task<byte[]>[] gets = [one.GetByteArrayAsync(blob), other.GetByteArrayAsync(blob)];
        await Until.TrueAsync(() => limit.Waits == 2, "both peers are held back by the one limit");
        Assert.DoesNotContain(gets, get => get.IsCompleted);

        limit.BytesPerSecond = 0;
        Assert.All(await Task.WhenAll(gets).InTime(), got => Assert.Equal(bytes, got));
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_turned_away() => await AssertRefusedAsync(null, SslProtocols.Tls13);

    [Fact]
    public async Task A_client_of_another_authority_is_turned_away() =>
        await AssertRefusedAsync(new TestAuthority().Issue("node-2", TestAuthority.ServerAuthentication, TestAuthority.ClientAuthentication), SslProtocols.Tls13);

    [Fact]
    public async Task A_certificate_that_is_not_for_clients_is_turned_away() =>
        await AssertRefusedAsync(_authority.Issue("node-2", TestAuthority.ServerAuthentication), SslProtocols.Tls13);

    [Fact]
    public async Task A_certificate_that_is_for_clients_only_as_people_have_is_turned_away() =>
        await AssertRefusedAsync(_authority.Issue("carol", TestAuthority.ClientAuthentication), SslProtocols.Tls13);

    [Fact]
    public async Task An_expired_certificate_is_turned_away() =>
        await AssertRefusedAsync(_authority.Issue("node-2", TimeSpan.FromMinutes(-1), TestAuthority.ServerAuthentication, TestAuthority.ClientAuthentication), SslProtocols.Tls13);

    [Fact]
    public async Task Older_tls_is_not_spoken() =>
        await AssertRefusedAsync(_authority.Issue("node-2", TestAuthority.ServerAuthentication, TestAuthority.ClientAuthentication), SslProtocols.Tls12);

    [Fact]
    public async Task A_holder_of_another_authority_is_not_believed()
    {
        var stranger = new TestAuthority();
        var ours = stranger.Identity("node-2");
        using var http = PeerClient.Create(new PeerIdentity(ours.Certificate, stranger.Certificate));
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri(_node.Endpoint, "/v2/")).InTime());
    }

    [Fact]
    public async Task While_the_authority_is_replaced_both_are_believed()
    {
        var next = new TestAuthority("the next");
        var certificate = _authority.Issue("node-2", TestAuthority.ServerAuthentication, TestAuthority.ClientAuthentication);
        using var http = PeerClient.Create(new PeerIdentity(certificate, next.Certificate, _authority.Certificate));
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(_node.Endpoint, "/v2/"))).StatusCode);
    }

    [Fact]
    public async Task A_taken_port_is_reported_with_its_address()
    {
        var options = new DataPlaneOptions { Listen = new IPEndPoint(IPAddress.Loopback, _node.Endpoint.Port) };
        var e = await Assert.ThrowsAnyAsync<IOException>(() => DataPlaneServer.StartAsync(
            options, _authority.Identity("node-2"), _node.Store, new RegistryIndex(), null, new TransferCounters(), NullLoggerFactory.Instance, default));
        Assert.Contains($"{_node.Endpoint.Port}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_never_shakes_hands_keeps_nobody_out()
    {
        using var mute = new TcpClient();
        await mute.ConnectAsync(_node.Endpoint.Host, _node.Endpoint.Port);
        using var http = PeerClient.Create(_authority.Identity("node-2"));
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(_node.Endpoint, "/v2/")).InTime()).StatusCode);
    }

    [Fact]
    public async Task Whoever_does_not_speak_tls_is_hung_up_on()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_node.Endpoint.Host, _node.Endpoint.Port);
        var stream = client.GetStream();
        await stream.WriteAsync("GET /v2/ HTTP/1.1\r\nHost: node-1\r\n\r\n"u8.ToArray());
        using var said = new MemoryStream();
        // Closed or reset, as the kernel likes; an alert of TLS may come before.
        var e = await Record.ExceptionAsync(() => stream.CopyToAsync(said).InTime());
        Assert.True(e is null or IOException, e?.ToString());
        Assert.DoesNotContain("HTTP/1.1 200", System.Text.Encoding.Latin1.GetString(said.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_cuts_transfers_that_stand_still()
    {
        var bytes = Bytes(2 * Chunk);
        await using var ingest = await _node.Store.BeginAsync(Spec(bytes), default);
        ingest!.Append(bytes.AsSpan(0, Chunk));
        using var answer = await _node.Http.GetAsync(_node.BlobUri(ingest.Spec.Digest), HttpCompletionOption.ResponseHeadersRead).InTime();
        await _node.StopAsync().AsTask().InTime();
        var body = await answer.Content.ReadAsStreamAsync();
        await Assert.ThrowsAnyAsync<IOException>(() => body.CopyToAsync(Stream.Null).InTime());
        Assert.Equal(0, _node.Pool.Out);
    }

    [Fact]
    public void A_certificate_without_its_key_is_no_identity()
    {
        using var certificate = X509CertificateLoader.LoadCertificate(_authority.Issue("node-2").RawData);
        Assert.Throws<ArgumentException>(() => new PeerIdentity(certificate, _authority.Certificate));
    }

    /// <summary>In TLS 1.3 the client may think the handshake done before the server has looked at its certificate; it is over at the first read.</summary>
    private async Task AssertRefusedAsync(X509Certificate2? certificate, SslProtocols protocols)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_node.Endpoint.Host, _node.Endpoint.Port);
        await using var tls = new SslStream(client.GetStream());
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "node-1",
            EnabledSslProtocols = protocols,
            CertificateChainPolicy = _authority.Identity("node-2").CreateChainPolicy(),
            // Shown whatever the server asks for.
            ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
        };
        var e = await Record.ExceptionAsync(async () =>
        {
            await tls.AuthenticateAsClientAsync(options).InTime();
            await tls.WriteAsync("GET /v2/ HTTP/1.1\r\nHost: node-1\r\n\r\n"u8.ToArray());
            if (await tls.ReadAsync(new byte[1]).AsTask().InTime() == 0)
                throw new IOException("The server closed the connection.");
        });
        Assert.True(e is IOException or AuthenticationException, e?.ToString() ?? "The request was answered.");
    }
}
