using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Handcarry.Streams.Registry;

/// <summary>What the listeners of the data plane have in common: a Kestrel that takes nothing from its surroundings, with narrow limits.</summary>
internal static class RegistryHost
{
    public static WebApplication Build(ILoggerFactory loggers, Action<KestrelServerOptions> configure)
    {
        // Empty: no configuration files, environment variables, console or logging providers of its own.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        // Signals belong to the process that this server lives in, not to the server.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(configure);
        return builder.Build();
    }

    public static void Limit(KestrelServerOptions kestrel, int connections)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = connections;
        kestrel.Limits.MaxConcurrentUpgradedConnections = 0;
        kestrel.Limits.MaxRequestBodySize = 0;
        kestrel.Limits.MaxRequestHeaderCount = 32;
        kestrel.Limits.MaxRequestHeadersTotalSize = 8 << 10;
        kestrel.Limits.MaxRequestLineSize = 2 << 10;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        kestrel.Limits.MaxResponseBufferSize = 256 << 10;
        // A reader may be as slow as its disk, and a blob that is still arriving may stand still for as long as the medium is out.
        kestrel.Limits.MinResponseDataRate = null;
    }

    /// <summary>Starts to listen; the address with the port that was bound.</summary>
    public static async Task<Uri> StartAsync(WebApplication app, IPAddress host, CancellationToken ct)
    {
        await app.StartAsync(ct);
        var address = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        return new UriBuilder(address) { Host = host.ToString() }.Uri;
    }

    /// <summary>Stops listening, lets transfers go on for <paramref name="grace"/>, then cuts them.</summary>
    public static async ValueTask StopAsync(WebApplication app, TimeSpan grace)
    {
        using var cut = new CancellationTokenSource(grace);
        try
        {
            await app.StopAsync(cut.Token);
        }
        catch (OperationCanceledException) when (cut.IsCancellationRequested)
        {
            // So the host says that the grace was used up; by then the connections are cut.
        }

        await app.DisposeAsync();
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
