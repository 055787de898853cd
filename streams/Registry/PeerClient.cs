using System.Net;
using System.Net.Security;
using System.Security.Authentication;

namespace Handcarry.Streams.Registry;

/// <summary>Makes the <see cref="HttpClient"/> with which a node speaks to the data planes of its peers.</summary>
public static class PeerClient
{
    /// <summary>
    /// A client for HTTP/1.1 over mutual TLS 1.3, with pooled connections; no proxy, redirects, cookies or decompression. It has no time
    /// limit of its own, because a blob may take hours: <see cref="Replication.BlobDraw"/> watches for silence.
    /// </summary>
    /// <param name="identity">Who this node is and whom it believes.</param>
    /// <param name="connectTimeout">How long a connection and its handshake may take; 5 s when null.</param>
    public static HttpClient Create(PeerIdentity identity, TimeSpan? connectTimeout = null)
    {
        ArgumentNullException.ThrowIfNull(identity);
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = connectTimeout ?? TimeSpan.FromSeconds(5),
            // Below the server's keep-alive time, so that a request never meets a connection that is just being closed.
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            MaxResponseHeadersLength = 16,
            // A draw that is given up closes its connection: reading the rest of a blob to save a handshake would be a bad bargain.
            MaxResponseDrainSize = 0,
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = [identity.Certificate],
                EnabledSslProtocols = SslProtocols.Tls13,
                CertificateChainPolicy = identity.CreateChainPolicy(),
                // The chain must be sound; a name that does not match is no objection (see PeerIdentity).
                RemoteCertificateValidationCallback = static (_, _, _, errors) =>
                    (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None,
            },
        };
        return new HttpClient(handler)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }
}
