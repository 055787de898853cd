using System.Net;
using Handcarry.Streams.Content;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Handcarry.Streams.Registry;

/// <summary>
/// Serves the node's own container tools: read-only, plain HTTP, on 127.0.0.1 alone. A request must name a loopback host too; otherwise
/// a page in a browser on the node could read the registry by a name of its own that it lets point here (DNS rebinding).
/// </summary>
public sealed class LoopbackRegistry : IAsyncDisposable
{
    // Runtimes pull a few layers of a few images at once; what more there may be on a node waits its turn.
    private const int MaxConnections = 128;

    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;

    private LoopbackRegistry(WebApplication app, Uri endpoint) => (_app, Endpoint) = (app, endpoint);

    /// <summary>Where it listens, with the port that was bound.</summary>
    public Uri Endpoint { get; }

    /// <summary>Starts to listen and serve.</summary>
    /// <param name="port">0 to 65535; 0 takes a free one.</param>
    /// <param name="store">The blobs to serve.</param>
    /// <param name="catalogue">Which of them are manifests, and what is tagged.</param>
    /// <param name="counters">Told of every byte sent.</param>
    /// <param name="loggers">Where Kestrel and the endpoint log to.</param>
    /// <param name="ct">Gives up starting.</param>
    /// <exception cref="IOException">The port is taken; the message names it.</exception>
    public static async Task<LoopbackRegistry> StartAsync(
        int port, BlobStore store, ServedCatalogue catalogue, TransferCounters counters, ILoggerFactory loggers, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(loggers);
        var app = RegistryHost.Build(loggers, kestrel =>
        {
            RegistryHost.Limit(kestrel, MaxConnections);
            kestrel.Listen(IPAddress.Loopback, port, static listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(WideMemoryPool.Instance.Precede);
            });
        });
        try
        {
            app.Use(static (context, next) => IsLocal(context) ? next(context) : RefuseAsync(context));
            app.UseRouting();
            app.MapRegistry(store, catalogue, counters);
            return new LoopbackRegistry(app, await RegistryHost.StartAsync(app, IPAddress.Loopback, ct));
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops listening; transfers may go on for a second.</summary>
    public ValueTask DisposeAsync() => RegistryHost.StopAsync(_app, StopGrace);

    private static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer) && IsLoopbackName(context.Request.Host.Host);

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static Task RefuseAsync(HttpContext context) => OciError.WriteAsync(
        context, StatusCodes.Status403Forbidden, OciError.Denied, "This registry serves this node alone, as 127.0.0.1 or localhost.");
}
