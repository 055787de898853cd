using System.Buffers;
using System.Net;
using Handcarry.Streams.Content;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Handcarry.Streams.Registry;

/// <summary>
/// The node's registry for its own container tools: plain HTTP on a loopback address, read-only. Requests that come by another name than a loopback one are refused,
/// so that no web page can have a browser on the node ask in its place.
/// </summary>
public sealed class LoopbackServer : IAsyncDisposable
{
    private readonly RegistryServer _server;

    private LoopbackServer(RegistryServer server) => _server = server;

    /// <summary>Where it listens, with the port that was bound.</summary>
    public Uri Endpoint => _server.Endpoint;

    /// <summary>Starts to listen and serve.</summary>
    /// <param name="options">A loopback address, the port and limits.</param>
    /// <param name="store">The blobs to serve.</param>
    /// <param name="index">The manifests among them.</param>
    /// <param name="counters">Told of every byte sent.</param>
    /// <param name="loggers">Where Kestrel and the endpoint log to.</param>
    /// <param name="ct">Gives up starting.</param>
    /// <param name="pool">Lends one buffer per request; the shared pool when null.</param>
    /// <exception cref="ArgumentException">The address is not a loopback one.</exception>
    /// <exception cref="IOException">The address cannot be bound; the message names it.</exception>
    public static async Task<LoopbackServer> StartAsync(
        DataPlaneOptions options, BlobStore store, RegistryIndex index, TransferCounters counters, ILoggerFactory loggers, CancellationToken ct, ArrayPool<byte>? pool = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!IPAddress.IsLoopback(options.Listen.Address))
            throw new ArgumentException($"{options.Listen.Address} is not a loopback address; this registry has no other protection.", nameof(options));
        return new LoopbackServer(await RegistryServer.StartAsync(options, loggers, null, app =>
        {
            app.Use(static (context, next) => IsLoopback(context) ? next(context) : RefuseAsync(context));
            app.MapRegistry(store, index, null, counters, pool);
        }, ct));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static bool IsLoopback(HttpContext context)
    {
        var host = context.Request.Host.Host;
        return context.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer)
            && (host is "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address)));
    }

    private static Task RefuseAsync(HttpContext context) =>
        OciError.WriteAsync(context, StatusCodes.Status403Forbidden, OciError.Denied, "This registry is for programs of this node, by a loopback address.");
}
