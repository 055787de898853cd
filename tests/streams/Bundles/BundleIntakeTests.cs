using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Replication;
using Handcarry.Streams.Tests.Content;
using Handcarry.Streams.Tests.Replication;

namespace Handcarry.Streams.Tests.Bundles;

public sealed class BundleIntakeTests : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ActorSystem _system = ActorSystem.Create("intake", "akka { loglevel = OFF, stdout-loglevel = OFF }");
    private readonly ActorMaterializer _materializer;
    private readonly BlobStore _store;

    public BundleIntakeTests()
    {
        _materializer = _system.Materializer();
        _store = BlobStore.Open(_folder.Sub("store"));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _system.Terminate();

    public void Dispose()
    {
        _materializer.Dispose();
        _system.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public async Task Every_blob_comes_into_the_store_in_the_order_of_the_inventory(int pendingSyncs)
    {
        var sample = SampleBundle.Small();
        var reader = await OpenAsync(new ShortReads(await sample.WriteAsync(), 3));
        var progress = new List<long>();
        var results = await RunAsync(reader, new IntakeOptions { PendingSyncs = pendingSyncs, BufferSize = 10_000, Progress = progress.Add });

        var inventory = await reader.ReadInventoryAsync(default);
        Assert.Equal(inventory.Blobs.Select((b, i) => new IntakeResult.Stored(i, b.Size)), results);
        Assert.Equal(sample.Blobs.Keys.Order(), _store.Enumerate().Select(b => b.Key).Order());
        foreach (var (digest, bytes) in sample.Blobs)
        {
            using var source = _store.TryOpen(digest);
            Assert.Equal(bytes, Blobs.ReadAll(source!));
        }
        Assert.Equal(progress.Order(), progress);
        Assert.True(progress[^1] <= reader.BytesRead);
    }

    [Fact]
    public async Task What_is_here_already_is_not_read_again()
    {
        var bundle = await SampleBundle.Small().WriteAsync();
        await RunAsync(await OpenAsync(new MemoryStream(bundle)));
        var reader = await OpenAsync(new MemoryStream(bundle));
        var results = await RunAsync(reader);
        Assert.All(results, r => Assert.IsType<IntakeResult.Present>(r));
        Assert.Equal((await reader.ReadInventoryAsync(default)).Blobs.Count, results.Count);
        Assert.True(reader.BytesRead < 30_000, $"{reader.BytesRead} bytes were read.");
    }

    [Fact]
    public async Task A_medium_is_read_as_fast_as_is_allowed_at_the_moment()
    {
        var sample = SampleBundle.Small();
        var limit = new RateLimit(TimeProvider.System) { BytesPerSecond = 1 };
        var reading = RunAsync(await OpenAsync(new MemoryStream(await sample.WriteAsync())), new IntakeOptions { Limit = limit });
        await Until.TrueAsync(() => limit.Waits > 0, "reading waits");
        Assert.False(reading.IsCompleted);
        limit.BytesPerSecond = 0;
        Assert.Equal(sample.Blobs.Count, (await reading).Count);
    }

    [Fact]
    public async Task A_partial_blob_goes_on_after_its_verified_chunks()
    {
        var sample = SampleBundle.Small();
        var reader = await OpenAsync(new MemoryStream(await sample.WriteAsync()));
        var inventory = await reader.ReadInventoryAsync(default);
        var large = inventory.Blobs.Single(b => b.Chunks.Count > 0);
        await using (var ingest = await _store.BeginAsync(large.ToSpec(), default))
            ingest!.Append(sample.Blobs[large.Digest].AsSpan(0, Blobs.Chunk + 1000));

        var results = await RunAsync(reader);
        Assert.Equal(large.Size - Blobs.Chunk, results.OfType<IntakeResult.Stored>().Single(r => inventory.Blobs[r.Index] == large).BytesRead);
        Assert.True(_store.Contains(large.Digest));
    }

    [Fact]
    public async Task Every_bad_blob_is_reported_and_none_of_them_is_stored()
    {
        var sample = SampleBundle.Small();
        var bundle = await sample.WriteAsync();
        var inventory = await (await OpenAsync(new MemoryStream(bundle))).ReadInventoryAsync(default);
        var bad = new[] { 1, inventory.Blobs.Count - 2, inventory.Blobs.ToList().FindIndex(b => b.Chunks.Count > 0) };
        foreach (var index in bad)
            Spoil(bundle, sample.Blobs[inventory.Blobs[index].Digest]);

        var results = await RunAsync(await OpenAsync(new MemoryStream(bundle)));
        var rejected = results.OfType<IntakeResult.Rejected>().ToList();
        Assert.Equal(bad.Distinct().Order(), rejected.Select(r => r.Index));
        Assert.All(rejected, r => Assert.Equal((Reasons.DigestMismatch, inventory.Blobs[r.Index].Digest), (r.Violation.Reason, r.Violation.Digest!.Value)));
        Assert.Equal(inventory.Blobs.Count, results.Count);
        for (var i = 0; i < inventory.Blobs.Count; i++)
            Assert.Equal(!bad.Contains(i), _store.Contains(inventory.Blobs[i].Digest));
        Assert.Empty(Directory.EnumerateFiles(_folder.Sub("store/partial")));
    }

    [Fact]
    public async Task A_pulled_medium_fails_the_stream_after_the_results_before_it_and_another_goes_on_from_there()
    {
        var sample = SampleBundle.Small();
        var bundle = await sample.WriteAsync();
        var inventory = await (await OpenAsync(new MemoryStream(bundle))).ReadInventoryAsync(default);
        var large = inventory.Blobs.ToList().FindIndex(b => b.Chunks.Count > 0);
        var cut = bundle.AsSpan().IndexOf(sample.Blobs[inventory.Blobs[large].Digest].AsSpan(0, 100)) + Blobs.Chunk + 5000;

        var seen = new List<IntakeResult>();
        var failure = await Assert.ThrowsAsync<ContentException>(() => OpenAndRun(new ShortReads(bundle[..cut], 5), seen));
        Assert.Equal((Reasons.ReadFailed, (long)cut), (failure.Reason, failure.Offset));
        Assert.Equal(Enumerable.Range(0, large), seen.Select(r => r.Index));

        var again = new ShortReads(bundle, 6);
        var results = new List<IntakeResult>();
        await OpenAndRun(again, results);
        Assert.Equal(inventory.Blobs[large].Size - Blobs.Chunk, Assert.IsType<IntakeResult.Stored>(results[large]).BytesRead);
        Assert.All(results.Take(large), r => Assert.IsType<IntakeResult.Present>(r));
        Assert.Equal(sample.Blobs.Count, _store.Enumerate().Count());
    }

    [Fact]
    public async Task Without_demand_nothing_is_read_and_cancelling_stops_it()
    {
        var sample = new SampleBundle();
        sample.Image("release", [.. Enumerable.Range(0, 5).Select(i => sample.Layer(Blobs.Chunk + 1 + i, i))]);
        var medium = new MemoryStream(await sample.WriteAsync());
        var reader = await OpenAsync(medium);
        var (stop, queue) = BundleIntake.Create(reader, _store, new IntakeOptions { PendingSyncs = 1 })
            .ViaMaterialized(KillSwitches.Single<IntakeResult>(), Keep.Right)
            .ToMaterialized(Sink.Queue<IntakeResult>().WithAttributes(Attributes.CreateInputBuffer(1, 1)), Keep.Both)
            .Run(_materializer);
        var first = await queue.PullAsync();
        Assert.True(first.HasValue);
        // At most what the queue's one place asks for comes; the last blob does not.
        Assert.True(reader.BytesRead < medium.Length - Blobs.Chunk);

        stop.Shutdown();
        // The blob under way gives its claim back; that it can be had means the intake has ended.
        foreach (var blob in (await reader.ReadInventoryAsync(default)).Blobs)
        {
            await using var ingest = await _store.BeginAsync(blob.ToSpec(), default);
        }
        Assert.True(reader.BytesRead < medium.Length - Blobs.Chunk);
    }

    [Fact]
    public async Task A_blob_that_cannot_be_kept_fails_the_stream()
    {
        var reader = await OpenAsync(new MemoryStream(await SampleBundle.Small().WriteAsync()));
        Directory.Delete(_folder.Sub("store/partial"));
        var e = await Assert.ThrowsAsync<ContentException>(() => RunAsync(reader));
        Assert.Equal(Reasons.WriteFailed, e.Reason);
    }

    private async Task OpenAndRun(Stream medium, List<IntakeResult> results) => await BundleIntake
        .Create(await OpenAsync(medium), _store, new IntakeOptions())
        .RunForeach(results.Add, _materializer);

    private static async Task<BundleReader> OpenAsync(Stream medium)
    {
        var reader = await BundleReader.OpenAsync(medium, new BundleLimits(), default);
        await reader.ReadInventoryAsync(default);
        return reader;
    }

    private async Task<IReadOnlyList<IntakeResult>> RunAsync(BundleReader reader, IntakeOptions? options = null) =>
        await BundleIntake.Create(reader, _store, options ?? new IntakeOptions()).RunWith(Sink.Seq<IntakeResult>(), _materializer);

    private static void Spoil(byte[] bundle, byte[] blob) => bundle[bundle.AsSpan().IndexOf(blob) + (blob.Length / 2)] ^= 1;

}
