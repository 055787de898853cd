using Handcarry.Actors.Node;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Storage.Sealed;

/// <summary>The real stores.</summary>
public sealed class SealedStoresConformanceTests : SealedStoresConformance, IDisposable
{
    private readonly Lazy<SealedSite> _site = new(static () => new SealedSite());

    public void Dispose()
    {
        if (_site.IsValueCreated)
            _site.Value.Dispose();
    }

    protected override ISealedStores Open() => _site.Value.Stores;

    protected override Task<SealedBundle> MakeBundleAsync() => _site.Value.MakeBundleAsync();

    protected override void RemoveBlob(SealedBundle bundle) => File.Delete(_site.Value.BlobPath(bundle));

    protected override Task<IReadOnlySet<string>> SeenAsync() => _site.Value.SeenAsync();
}
