using Handcarry.Streams.Content;
using Handcarry.Streams.Registry;
using Handcarry.Streams.Tests.Content;
using Microsoft.Extensions.Logging.Abstractions;

namespace Handcarry.Streams.Tests.Registry;

/// <summary>A node's loopback registry on a free port, with a bundle that can be filled and taken up.</summary>
internal sealed class LoopbackSite : IAsyncDisposable
{
    private readonly LoopbackRegistry _registry;

    private LoopbackSite(TempFolder folder, BlobStore store, ServedCatalogue catalogue, LoopbackRegistry registry) =>
        (Folder, Store, Catalogue, _registry, Bundle) = (folder, store, catalogue, registry, new ServedBundle(store));

    public TempFolder Folder { get; }

    public BlobStore Store { get; }

    public ServedCatalogue Catalogue { get; }

    public ServedBundle Bundle { get; }

    public Uri Endpoint => _registry.Endpoint;

    public HttpClient Http { get; } = new();

    public static async Task<LoopbackSite> StartAsync()
    {
        var folder = new TempFolder();
        var store = BlobStore.Open(folder.Sub("store"));
        var catalogue = new ServedCatalogue();
        return new LoopbackSite(
            folder, store, catalogue, await LoopbackRegistry.StartAsync(0, store, catalogue, new TransferCounters(), NullLoggerFactory.Instance, default));
    }

    public void TakeUp(ServedBundle bundle, string commitment = "") => Catalogue.TakeUp(Digest.Of(System.Text.Encoding.UTF8.GetBytes(commitment)), bundle.Inventory);

    /// <summary>An image as container tools name it.</summary>
    public string NameOf(Digest digest) => $"{Endpoint.Authority}/{ServedBundle.Repository}@{digest}";

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _registry.DisposeAsync();
        Store.Dispose();
        Folder.Dispose();
    }
}
