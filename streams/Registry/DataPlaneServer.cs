using System.Buffers;
using System.Security.Authentication;
using Handcarry.Streams.Content;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Handcarry.Streams.Registry;

/// <summary>
/// The node's data plane: serves its blobs to peers over HTTP/1.1 and mutual TLS 1.3 on its own port. Whoever cannot show a
/// certificate of the cluster's authority does not get past the handshake. HTTP/2 costs twice the CPU for one blob at a time
/// (reference/akka.md section 2) and is not spoken.
/// </summary>
public sealed class DataPlaneServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TimeSpan _grace;

    private DataPlaneServer(WebApplication app, Uri endpoint, TimeSpan grace) => (_app, Endpoint, _grace) = (app, endpoint, grace);

    /// <summary>Where it listens, with the port that was bound.</summary>
    public Uri Endpoint { get; }

    /// <summary>Starts to listen and serve.</summary>
    /// <param name="options">Address, port and limits.</param>
    /// <param name="identity">This node's certificate and the authorities that peers must come from.</param>
    /// <param name="store">The blobs to serve.</param>
    /// <param name="counters">Told of every byte sent.</param>
    /// <param name="loggers">Where Kestrel and the endpoint log to.</param>
    /// <param name="ct">Gives up starting.</param>
    /// <param name="pool">Lends one buffer per request; the shared pool when null.</param>
    /// <exception cref="IOException">The address cannot be bound; the message names it.</exception>
    public static async Task<DataPlaneServer> StartAsync(
        DataPlaneOptions options, PeerIdentity identity, BlobStore store, TransferCounters counters, ILoggerFactory loggers,
        CancellationToken ct, ArrayPool<byte>? pool = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(loggers);
        // Empty: no configuration files, environment variables, console or logging providers of its own.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        // Signals belong to the process that this server lives in, not to the server.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            Limit(kestrel, options);
            kestrel.Listen(options.Listen, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(WideMemoryPool.Instance.Precede);
                listen.UseHttps(https => RequirePeers(https, identity));
            });
        });
        var app = builder.Build();
        try
        {
            app.UseRouting();
            app.MapBlobs(store, counters, pool);
            await app.StartAsync(ct);
            var address = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
            return new DataPlaneServer(app, new UriBuilder(address) { Host = options.Listen.Address.ToString() }.Uri, options.StopGrace);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops listening, lets transfers go on for <see cref="DataPlaneOptions.StopGrace"/>, then cuts them.</summary>
    public async ValueTask DisposeAsync()
    {
        using var grace = new CancellationTokenSource(_grace);
        try
        {
            await _app.StopAsync(grace.Token);
        }
        catch (OperationCanceledException) when (grace.IsCancellationRequested)
        {
            // So the host says that the grace was used up; by then the connections are cut.
        }

        await _app.DisposeAsync();
    }

    private static void Limit(KestrelServerOptions kestrel, DataPlaneOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
        kestrel.Limits.MaxConcurrentUpgradedConnections = 0;
        kestrel.Limits.MaxRequestBodySize = 0;
        kestrel.Limits.MaxRequestHeaderCount = 32;
        kestrel.Limits.MaxRequestHeadersTotalSize = 8 << 10;
        kestrel.Limits.MaxRequestLineSize = 2 << 10;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        kestrel.Limits.MaxResponseBufferSize = 256 << 10;
        // A successor may be as slow as its disk, and a blob that is still arriving may stand still for as long as the medium is out.
        kestrel.Limits.MinResponseDataRate = null;
    }

    private static void RequirePeers(HttpsConnectionAdapterOptions https, PeerIdentity identity)
    {
        https.ServerCertificate = identity.Certificate;
        https.SslProtocols = SslProtocols.Tls13;
        https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
        https.CheckCertificateRevocation = false;
        https.HandshakeTimeout = TimeSpan.FromSeconds(10);
        https.OnAuthenticate = (_, tls) =>
        {
            tls.CertificateChainPolicy = identity.CreateChainPolicy();
            // A resumed session would not look at the certificate again, and connections are kept anyway.
            tls.AllowTlsResume = false;
        };
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
