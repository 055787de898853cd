using Handcarry.Actors.Node;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Xunit;

namespace Handcarry.Twins.Node;

/// <summary>What every <see cref="IBlobChecks"/> does.</summary>
public abstract class BlobChecksConformance : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("handcarry-checks").FullName;

    protected BlobChecksConformance() => Store = BlobStore.Open(_folder);

    protected BlobStore Store { get; }

    protected abstract IBlobChecks Checks { get; }

    [Fact]
    public async Task Blobs_that_are_as_they_came_in_are_passed_over() => Assert.Empty(await FindAsync([await KeepAsync(1), await KeepAsync(BlobSpec.ChunkSize + 7), await KeepAsync(0)]));

    [Fact]
    public async Task Each_that_is_not_is_told_by_its_place_and_named()
    {
        InventoryBlob[] blobs = [await KeepAsync(10), await KeepAsync((2 * BlobSpec.ChunkSize) + 1), await KeepAsync(11), await KeepAsync(12), await KeepAsync(13)];
        Change(blobs[1], static file => file.Position = 2 * BlobSpec.ChunkSize);
        Change(blobs[2], static file => file.Position = file.Length);
        Change(blobs[3], static file => file.SetLength(5));
        File.Delete(PathOf(blobs[4]));
        var found = await FindAsync(blobs);
        Assert.Equal([1, 2, 3, 4], found.Keys.Order());
        Assert.All(found, one => Assert.Contains(blobs[one.Key].Digest.ToString(), one.Value, StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_gives_up_when_it_is_told_to()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        InventoryBlob[] blobs = [await KeepAsync(10)];
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Checks.RunAsync(blobs, static (_, _) => { }, new Progress<StoreProgress>(), stop.Token));
    }

    [Fact]
    public async Task It_gives_up_in_the_middle()
    {
        using var stop = new CancellationTokenSource();
        InventoryBlob[] blobs = [await KeepAsync(10), await KeepAsync(20)];
        File.Delete(PathOf(blobs[0]));
        var found = new List<int>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Checks.RunAsync(
            blobs,
            (place, _) =>
            {
                found.Add(place);
                stop.Cancel();
            },
            new Progress<StoreProgress>(),
            stop.Token));
        Assert.Equal([0], found);
    }

    public void Dispose()
    {
        Store.Dispose();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private async Task<Dictionary<int, string>> FindAsync(InventoryBlob[] blobs)
    {
        var found = new Dictionary<int, string>();
        await Checks.RunAsync(blobs, found.Add, new Progress<StoreProgress>(), default);
        return found;
    }

    private async Task<InventoryBlob> KeepAsync(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        var chunks = size <= BlobSpec.ChunkSize ? [] : bytes.Chunk(BlobSpec.ChunkSize).Select(static chunk => Digest.Of(chunk)).ToList();
        var blob = new InventoryBlob(MediaTypes.OciLayerGzip, Digest.Of(bytes), size, chunks);
        await File.WriteAllBytesAsync(PathOf(blob), bytes);
        return blob;
    }

    private string PathOf(InventoryBlob blob) => Path.Combine(Store.BlobsPath, "sha256", blob.Digest.Hex);

    private void Change(InventoryBlob blob, Action<FileStream> before)
    {
        using var file = new FileStream(PathOf(blob), FileMode.Open, FileAccess.ReadWrite);
        before(file);
        var (at, was) = (file.Position, file.ReadByte());
        file.Position = at;
        file.WriteByte((byte)~was);
    }
}
