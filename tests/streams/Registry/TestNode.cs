using System.Net;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry;
using Handcarry.Streams.Replication;
using Handcarry.Streams.Tests.Content;
using Handcarry.Streams.Tests.Replication;
using Microsoft.Extensions.Logging.Abstractions;

namespace Handcarry.Streams.Tests.Registry;

/// <summary>A node's data plane: store, server and client, all real, on a free loopback port.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly DataPlaneServer _server;

    private readonly LoopbackServer _loopback;

    private TestNode(
        TempFolder folder, BlobStore store, RegistryIndex index, RegistryUploads uploads, TransferCounters counters, CountingPool pool,
        DataPlaneServer server, LoopbackServer loopback, HttpClient http, string name)
    {
        (_folder, Store, Index, Uploads, Counters, Pool, _server, _loopback, Http) = (folder, store, index, uploads, counters, pool, server, loopback, http);
        AsHolder = new Holder(name, server.Endpoint);
    }

    public BlobStore Store { get; }

    public RegistryIndex Index { get; }

    public RegistryUploads Uploads { get; }

    public TransferCounters Counters { get; }

    /// <summary>Lends the buffers of the server, and those of draws by <see cref="Draw"/>.</summary>
    public CountingPool Pool { get; }

    public HttpClient Http { get; }

    public Holder AsHolder { get; }

    public Uri Endpoint => _server.Endpoint;

    /// <summary>The registry for the node's own programs.</summary>
    public Uri Loopback => _loopback.Endpoint;

    /// <summary>Where what is pushed waits until it is whole.</summary>
    public string UploadsPath => _folder.Sub("uploads");

    public static async Task<TestNode> StartAsync(TestAuthority authority, string name = "node-1", UploadOptions? limits = null, TimeProvider? time = null)
    {
        var folder = new TempFolder();
        var store = BlobStore.Open(folder.Sub("store"));
        var (counters, pool, identity) = (new TransferCounters(), new CountingPool(), authority.Identity(name));
        var options = new DataPlaneOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0), StopGrace = TimeSpan.FromMilliseconds(100) };
        var index = new RegistryIndex();
        var uploads = RegistryUploads.Open(folder.Sub("uploads"), index, limits ?? new UploadOptions(), time ?? TimeProvider.System);
        var server = await DataPlaneServer.StartAsync(options, identity, store, index, uploads, counters, NullLoggerFactory.Instance, default, pool);
        var loopback = await LoopbackServer.StartAsync(options, store, index, counters, NullLoggerFactory.Instance, default, pool);
        return new TestNode(folder, store, index, uploads, counters, pool, server, loopback, PeerClient.Create(identity), name);
    }

    public BlobDraw Draw(DrawOptions? options = null, TimeProvider? time = null) =>
        new(Store, Http, options ?? new DrawOptions(), Counters, time ?? TimeProvider.System, Pool);

    public Uri BlobUri(Digest digest, string name = "handcarry") => new(Endpoint, $"/v2/{name}/blobs/{digest}");

    public string PartialFile(Digest digest) => _folder.Sub($"store/partial/{digest.Hex}");

    /// <summary>Stops serving; the store stays.</summary>
    public ValueTask StopAsync() => _server.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
        await _loopback.DisposeAsync();
        Uploads.Dispose();
        Store.Dispose();
        _folder.Dispose();
    }
}
