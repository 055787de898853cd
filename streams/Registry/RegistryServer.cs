using Handcarry.Streams.Registry.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Handcarry.Streams.Registry;

/// <summary>A running Kestrel with the limits that both of a node's listeners have, and without anything that reads the process's configuration.</summary>
internal sealed class RegistryServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TimeSpan _grace;

    private RegistryServer(WebApplication app, Uri endpoint, TimeSpan grace) => (_app, Endpoint, _grace) = (app, endpoint, grace);

    /// <summary>Where it listens, with the port that was bound.</summary>
    public Uri Endpoint { get; }

    /// <summary>Starts one.</summary>
    /// <param name="options">Address, port and limits.</param>
    /// <param name="loggers">Where Kestrel logs to.</param>
    /// <param name="peers">Shakes hands with peers; null for plain HTTP.</param>
    /// <param name="map">What it serves.</param>
    /// <param name="ct">Gives up starting.</param>
    /// <exception cref="IOException">The address cannot be bound; the message names it.</exception>
    public static async Task<RegistryServer> StartAsync(
        DataPlaneOptions options, ILoggerFactory loggers, PeerTls? peers, Action<WebApplication> map, CancellationToken ct)
    {
        // Empty: no configuration files, environment variables, console or logging providers of its own.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        // Signals belong to the process that this server lives in, not to the server.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            Limit(kestrel, options);
            kestrel.Listen(options.Listen, on =>
            {
                on.Protocols = HttpProtocols.Http1;
                if (peers is not null)
                    on.Use(peers.Precede);
            });
        });
        // Kestrel binds with the one that was added last.
        if (peers is not null)
            builder.Services.AddSingleton<IConnectionListenerFactory, WideTransport>();
        var app = builder.Build();
        try
        {
            app.UseRouting();
            map(app);
            await app.StartAsync(ct);
            var address = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
            return new RegistryServer(app, new UriBuilder(address) { Host = options.Listen.Address.ToString(), Scheme = peers is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps }.Uri, options.StopGrace);
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
        // Uploads say for themselves how much they take.
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

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
