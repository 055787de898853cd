using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Handcarry.Streams.Registry.Transport;

/// <summary>
/// The handshake of the data plane: mutual TLS 1.3. Whoever cannot show a certificate of the cluster's authority, or takes longer than 10 s, does not get past it.
/// </summary>
internal sealed class PeerTls(PeerIdentity identity, ILogger logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SslStreamCertificateContext _certificate = SslStreamCertificateContext.Create(identity.Certificate, null, offline: true);

    /// <summary>Connection middleware, for connections of a <see cref="WideTransport"/>.</summary>
    public ConnectionDelegate Precede(ConnectionDelegate next) => async connection =>
    {
        var wide = connection.Features.GetRequiredFeature<WideConnection>();
        await using var tls = new SslStream(wide.Stream, leaveInnerStreamOpen: true);
        if (!await TryGreetAsync(tls, connection))
            return;
        connection.Features.Set<ITlsConnectionFeature>(new Shown((X509Certificate2)tls.RemoteCertificate!));
        var pipe = new PeerPipe(tls, wide.TellClosed);
        connection.Transport = pipe;
        try
        {
            await next(connection);
        }
        finally
        {
            await pipe.EndAsync(wide.Stream);
        }
    };

    private async Task<bool> TryGreetAsync(SslStream tls, ConnectionContext connection)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, connection.ConnectionClosed);
        try
        {
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = _certificate,
                    EnabledSslProtocols = SslProtocols.Tls13,
                    ClientCertificateRequired = true,
                    CertificateChainPolicy = identity.CreateChainPolicy(),
                    // A resumed session would not look at the certificate again, and connections are kept anyway.
                    AllowTlsResume = false,
                },
                either.Token);
            return true;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            logger.LogDebug("{Peer} did not get past the handshake of the data plane: {Reason}", connection.RemoteEndPoint, (e.InnerException ?? e).Message);
            return false;
        }
    }

    private sealed class Shown(X509Certificate2 certificate) : ITlsConnectionFeature
    {
        public X509Certificate2? ClientCertificate { get; set; } = certificate;

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);
    }
}
