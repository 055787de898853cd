using CsCheck;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Tests.Content;

namespace Handcarry.Streams.Tests.Bundles;

public sealed class DamagedMediumTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_place_that_cannot_be_read_rejects_the_blob_it_is_in_and_a_second_medium_supplies_only_that_chunk()
    {
        var sample = new SampleBundle();
        var large = sample.Layer((4 * Blobs.Chunk) + 1000, 1);
        sample.Image("release", sample.Layer(1000, 2), large, sample.Layer(3000, 3));
        var bundle = await sample.WriteAsync();
        var at = bundle.AsSpan().IndexOf(sample.Blobs[large.Digest].AsSpan(0, 100));
        using var store = BlobStore.Open(_folder.Sub("store"));

        var bad = at + Blobs.Chunk + 5000;
        var first = await IntakeAsync(new DamagedMedium(bundle, (bad, bad + 4096)), store);
        var rejected = Assert.Single(first.OfType<IntakeResult.Rejected>());
        Assert.Equal((Reasons.ReadFailed, (long)bad), (rejected.Violation.Reason, rejected.Violation.Offset));
        Assert.Equal(sample.Blobs.Count - 1, first.OfType<IntakeResult.Stored>().Count());
        Assert.False(store.Contains(large.Digest));

        var copy = new DamagedMedium(bundle);
        var second = await IntakeAsync(copy, store);
        Assert.Equal(Blobs.Chunk, Assert.Single(second.OfType<IntakeResult.Stored>()).BytesRead);
        Assert.InRange(copy.BytesRead, Blobs.Chunk, Blobs.Chunk + 30_000);
        using var source = store.TryOpen(large.Digest);
        Assert.Equal(sample.Blobs[large.Digest], Blobs.ReadAll(source!));
    }

    [Fact]
    public async Task Another_damaged_copy_supplies_what_it_can()
    {
        var sample = new SampleBundle();
        var large = sample.Layer(5 * Blobs.Chunk, 1);
        sample.Image("release", large);
        var bundle = await sample.WriteAsync();
        var at = bundle.AsSpan().IndexOf(sample.Blobs[large.Digest].AsSpan(0, 100));
        using var store = BlobStore.Open(_folder.Sub("store"));
        await IntakeAsync(new DamagedMedium(bundle, (at, at + 1), (at + (3 * Blobs.Chunk), at + (4 * Blobs.Chunk) - 1)), store);
        var second = await IntakeAsync(new DamagedMedium(bundle, (at + (3 * Blobs.Chunk) + 7, at + (3 * Blobs.Chunk) + 8)), store);
        Assert.Equal(Reasons.ReadFailed, Assert.Single(second.OfType<IntakeResult.Rejected>()).Violation.Reason);
        var third = await IntakeAsync(new DamagedMedium(bundle, (at, at + Blobs.Chunk)), store);
        Assert.Equal(Blobs.Chunk, Assert.Single(third.OfType<IntakeResult.Stored>()).BytesRead);
    }

    [Fact]
    public async Task Chunks_kept_behind_a_gap_are_there_after_a_restart_and_do_not_disturb_who_brings_everything()
    {
        var bytes = Blobs.Bytes((3 * Blobs.Chunk) + 10);
        var spec = Blobs.Spec(bytes);
        using (var store = BlobStore.Open(_folder.Sub("store")))
        {
            await using var ingest = await store.BeginAsync(spec, default);
            ingest!.Append(bytes.AsSpan(0, 100));
            Assert.Equal(Blobs.Chunk, ingest.LeaveOut(200));
            ingest.Append(bytes.AsSpan(Blobs.Chunk));
            Assert.Equal(0, ingest.Verified);
            var incomplete = await Assert.ThrowsAsync<ContentException>(() => ingest.CompleteAsync(default).AsTask());
            Assert.Equal(Reasons.SizeMismatch, incomplete.Reason);
        }
        using (var store = BlobStore.Open(_folder.Sub("store")))
        {
            await using (var ingest = await store.BeginAsync(spec, default))
                Assert.Equal((0L, (long)Blobs.Chunk), ingest!.NextMissing());
            // A peer sends all of it, in order.
            await Blobs.StoreAsync(store, bytes);
            Assert.True(store.Contains(spec.Digest));
        }
    }

    [Fact]
    public async Task Whatever_cannot_be_read_behind_the_inventory_two_copies_with_different_damage_make_one()
    {
        var sample = SampleBundle.Small();
        var bundle = await sample.WriteAsync();
        var front = bundle.AsSpan().IndexOf("oci-layout"u8);
        var hole = from start in Gen.Int[front, bundle.Length - 1]
                   from length in Gen.Int[1, 200_000]
                   select ((long)start, Math.Min(start + (long)length, bundle.Length));
        var number = 0;
        await Gen.Select(hole, hole).SampleAsync(
            async (one, other) =>
            {
                using var store = BlobStore.Open(_folder.Sub($"store{Interlocked.Increment(ref number)}"));
                foreach (var result in (await IntakeAsync(new DamagedMedium(bundle, one), store)).OfType<IntakeResult.Rejected>())
                    Assert.Equal(Reasons.ReadFailed, result.Violation.Reason);
                var both = (await IntakeAsync(new DamagedMedium(bundle, other), store)).OfType<IntakeResult.Rejected>().ToList();
                var inventory = await InventoryOfAsync(bundle);
                Assert.Equal(inventory.Blobs.Count - both.Count, store.Enumerate().Count());
                Assert.Empty((await IntakeAsync(new DamagedMedium(bundle), store)).OfType<IntakeResult.Rejected>());
                Assert.Equal(inventory.Blobs.Count, store.Enumerate().Count());
            },
            iter: 30, threads: 1);
    }

    private static async Task<BundleInventory> InventoryOfAsync(byte[] bundle) =>
        await (await BundleReader.OpenAsync(new MemoryStream(bundle), new BundleLimits(), default)).ReadInventoryAsync(default);

    private static async Task<List<IntakeResult>> IntakeAsync(Stream medium, BlobStore store)
    {
        var reader = await BundleReader.OpenAsync(medium, new BundleLimits(), default);
        await reader.ReadInventoryAsync(default);
        Assert.Equal(medium.Length, reader.Length);
        var results = new List<IntakeResult>();
        await foreach (var result in new BlobIntake(reader, store, new IntakeOptions()).RunAsync(default))
            results.Add(result);
        return results;
    }
}
