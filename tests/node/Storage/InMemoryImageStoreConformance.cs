using Handcarry.Actors.Node;
using Handcarry.Streams.Content;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Storage;

public sealed class InMemoryImageStoreConformance : ImageStoreConformance
{
    private readonly HashSet<StoreImage> _damaged = [];
    private int _made;

    protected override IImageStore Open() => new InMemoryImageStore(image => !_damaged.Contains(image));

    protected override StoreImage MakeImage(string repository) =>
        new(new ImageName(repository, Digest.Of(BitConverter.GetBytes(++_made))), "application/vnd.oci.image.manifest.v1+json", 400);

    protected override void Damage(StoreImage image) => _damaged.Add(image);

    protected override IImageStore Reopen(IImageStore store) => store;
}
