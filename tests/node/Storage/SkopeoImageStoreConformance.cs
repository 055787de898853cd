using Handcarry.Actors.Node;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Storage;

public sealed class SkopeoImageStoreConformance : ImageStoreConformance, IDisposable
{
    private StoreSite? _site;

    public void Dispose() => _site?.Dispose();

    protected override IImageStore Open() => (_site = new StoreSite()).Open();

    protected override StoreImage MakeImage(string repository) => _site!.Images.MakeUnique(repository);

    protected override void Damage(StoreImage image) => _site!.Images.RemoveLayer(image);

    protected override IImageStore Reopen(IImageStore store) => _site!.Open();
}
