using System.Buffers;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry.Transport;
using Microsoft.Extensions.Logging;

namespace Handcarry.Streams.Registry;

/// <summary>
/// The node's data plane: serves its blobs to peers, and takes what they push, over HTTP/1.1 and mutual TLS 1.3 on its own port. Whoever cannot show a
/// certificate of the cluster's authority does not get past the handshake. HTTP/2 costs twice the CPU for one blob at a time
/// (reference/akka.md section 2) and is not spoken.
/// </summary>
public sealed class DataPlaneServer : IAsyncDisposable
{
    private readonly RegistryServer _server;

    private DataPlaneServer(RegistryServer server) => _server = server;

    /// <summary>Where it listens, with the port that was bound.</summary>
    public Uri Endpoint => _server.Endpoint;

    /// <summary>Starts to listen and serve.</summary>
    /// <param name="options">Address, port and limits.</param>
    /// <param name="identity">This node's certificate and the authorities that peers must come from.</param>
    /// <param name="store">The blobs to serve.</param>
    /// <param name="index">The manifests among them.</param>
    /// <param name="uploads">Takes what peers push; null to take nothing.</param>
    /// <param name="counters">Told of every byte sent.</param>
    /// <param name="loggers">Where Kestrel and the endpoint log to.</param>
    /// <param name="ct">Gives up starting.</param>
    /// <param name="pool">Lends one buffer per request; the shared pool when null.</param>
    /// <exception cref="IOException">The address cannot be bound; the message names it.</exception>
    public static async Task<DataPlaneServer> StartAsync(
        DataPlaneOptions options, PeerIdentity identity, BlobStore store, RegistryIndex index, RegistryUploads? uploads, TransferCounters counters, ILoggerFactory loggers,
        CancellationToken ct, ArrayPool<byte>? pool = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(loggers);
        return new DataPlaneServer(await RegistryServer.StartAsync(
            options,
            loggers,
            new PeerTls(identity, loggers.CreateLogger(typeof(PeerTls).FullName!)),
            app => app.MapRegistry(store, index, uploads, counters, pool, options.Sending),
            ct));
    }

    /// <summary>Stops listening, lets transfers go on for <see cref="DataPlaneOptions.StopGrace"/>, then cuts them.</summary>
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
