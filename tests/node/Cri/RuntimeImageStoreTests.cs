using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Tests.Storage;
using Handcarry.Streams.Content;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Cri;

public sealed class RuntimeImageStoreTests : IDisposable
{
    private readonly CrioTwinSite _site = new(32);
    private readonly TestFolder _folder = new();
    private readonly InMemoryImageStore _inner = new();
    private readonly BlobStore _blobs;
    private readonly ImageMaker _images;
    private readonly RuntimeImageStore _store;

    public RuntimeImageStoreTests()
    {
        _blobs = BlobStore.Open(_folder.Root);
        _images = new ImageMaker(_blobs.BlobsPath);
        _store = new RuntimeImageStore(_inner, _site.Runtime, new BundleImages(_blobs, ImageMaker.Architecture));
    }

    public void Dispose()
    {
        _blobs.Dispose();
        _folder.Dispose();
        _site.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    [Fact]
    public async Task What_is_published_counts_when_the_runtime_has_it()
    {
        var (there, lacking) = (_images.MakeUnique(), _images.MakeUnique());
        await PublishAsync(there, lacking);
        Preload(new WantedImage(there.Name));

        Assert.Equal([there.Name.ToString()], await _store.ListAsync(default));
    }

    [Fact]
    public async Task A_list_that_the_runtime_does_not_know_by_the_digest_of_this_nodes_manifest_does_not_count()
    {
        var other = _images.MakeUnique();
        var (list, instance) = _images.MakeList(ImageMaker.Repository, docker: false, _images.MakeLayer("in", "a list"u8.ToArray()));
        await PublishAsync(other, list);
        Preload(new WantedImage(other.Name));
        Preload(new WantedImage(list.Name));
        Assert.Equal([other.Name.ToString()], await _store.ListAsync(default));

        Preload(new WantedImage(list.Name, instance.Name.Digest));
        Assert.Equal(2, (await _store.ListAsync(default)).Count);
    }

    [Fact]
    public async Task A_runtime_that_sees_nothing_of_the_store_is_no_reason_to_build_it_again()
    {
        await PublishAsync(_images.MakeUnique());
        var failure = await Assert.ThrowsAsync<LoadException>(async () => await _store.ListAsync(default));
        Assert.Equal(RuntimeReasons.ImageNotInRuntime, failure.Reason);
        Assert.Contains("handcarry arm --dry-run", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_record_of_the_runtime_is_named_and_no_reason_to_build_the_store_again()
    {
        var image = _images.MakeUnique();
        await PublishAsync(image);
        _site.Crio.Main.Images.Add(CrioImage.Of(new WantedImage(image.Name)));
        Assert.Equal(RuntimeReasons.DanglingRecord, (await Assert.ThrowsAsync<LoadException>(async () => await _store.ListAsync(default))).Reason);
    }

    private void Preload(WantedImage image) => (_site.Crio.Additional ??= new CrioStore()).Add(CrioImage.Of(image));

    private async Task PublishAsync(params StoreImage[] images)
    {
        foreach (var image in images)
            await _store.ImportAsync("gen-1", image, default);
        await _store.PublishAsync("gen-1", default);
    }
}
