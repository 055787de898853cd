using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Handcarry.Agent.Web;

/// <summary>What people and Prometheus read of an agent: plain HTTP, <c>GET</c> and <c>HEAD</c> only, no cookies, nothing that can be changed.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    /// <summary>How many may be connected at once; browsers that watch keep one connection each.</summary>
    private const int MaxConnections = 100;

    private readonly WebApplication _app;

    private WebServer(WebApplication app, Uri endpoint) => (_app, Endpoint) = (app, endpoint);

    /// <summary>Where it listens, with the port that was bound.</summary>
    public Uri Endpoint { get; }

    /// <summary>Starts to listen and serve what <paramref name="map"/> maps.</summary>
    /// <exception cref="IOException">The address cannot be bound; the message names it.</exception>
    public static async Task<WebServer> StartAsync(IPEndPoint listen, ILoggerFactory loggers, Action<WebApplication> map, CancellationToken cancellationToken)
    {
        // Empty: no configuration files, environment variables, console or logging providers of its own.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        // Signals belong to the process that this server lives in, not to the server.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = 0;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.MaxRequestHeaderCount = 64;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 << 10;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(listen, on => on.Protocols = HttpProtocols.Http1);
        });
        var app = builder.Build();
        try
        {
            app.Use(static (context, next) => HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) ? next(context) : RefuseAsync(context));
            app.UseRouting();
            map(app);
            await app.StartAsync(cancellationToken);
            var address = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
            return new WebServer(app, new UriBuilder(address) { Host = listen.Address.ToString() }.Uri);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops at once: who watches comes back to another agent.</summary>
    public async ValueTask DisposeAsync()
    {
        using var grace = new CancellationTokenSource(TimeSpan.FromSeconds(1));
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

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        context.Response.Headers.Allow = "GET, HEAD";
        return Task.CompletedTask;
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
