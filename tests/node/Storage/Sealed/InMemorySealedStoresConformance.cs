using Handcarry.Actors.Node;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Storage.Sealed;

/// <summary>The twin that other tests use.</summary>
public sealed class InMemorySealedStoresConformance : SealedStoresConformance
{
    private readonly InMemoryImageStore _images = new();
    private readonly HashSet<Digest> _gone = [];
    private byte _made;

    protected override ISealedStores Open() => new InMemorySealedStores(_images) { BlobIsThere = bundle => !_gone.Contains(bundle.Store.Digest) };

    protected override Task<SealedBundle> MakeBundleAsync()
    {
        var (manifest, store) = (Digest.Of([++_made, 1]), Digest.Of([_made, 2]));
        return Task.FromResult(new SealedBundle(Digest.Of([_made]), new BundleInventory
        {
            Version = "4.12.4",
            Arch = "x86_64",
            UnpackedSize = 0,
            Store = StoreKind.Sealed,
            Previous = [],
            Channels = [],
            Blobs = [new InventoryBlob(MediaTypes.OciManifest, manifest, 10, []), new InventoryBlob(MediaTypes.SealedStore, store, 10, [])],
            Images = [new InventoryImage($"quay.io/a/b@{manifest}", 0, [0])],
            Release = 0,
            Extra = [],
            Signatures = [],
            Attachments = [],
            SealedStore = 1,
        }));
    }

    protected override void RemoveBlob(SealedBundle bundle) => _gone.Add(bundle.Store.Digest);

    protected override Task<IReadOnlySet<string>> SeenAsync() => _images.ListAsync(default).AsTask();
}
