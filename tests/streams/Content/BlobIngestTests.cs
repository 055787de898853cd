using System.Diagnostics;
using CsCheck;
using Handcarry.Streams.Content;
using static Handcarry.Streams.Tests.Content.Blobs;

namespace Handcarry.Streams.Tests.Content;

public sealed class BlobIngestTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly BlobStore _store;
    private readonly byte[] _bytes = Bytes((2 * Chunk) + 1000);

    public BlobIngestTests() => _store = BlobStore.Open(_folder.Sub("store"));

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_second_of_two_writers_waits_and_finds_the_blob_complete()
    {
        await using var first = await _store.BeginAsync(Spec(_bytes), default);
        var second = _store.BeginAsync(Spec(_bytes), default).AsTask();
        Assert.False(second.IsCompleted);
        first!.Append(_bytes);
        Assert.False(second.IsCompleted);
        await first.CompleteAsync(default);
        Assert.Null(await second);
    }

    [Fact]
    public async Task The_second_of_two_writers_goes_on_from_what_the_first_has_left()
    {
        var first = await _store.BeginAsync(Spec(_bytes), default);
        var second = _store.BeginAsync(Spec(_bytes), default).AsTask();
        first!.Append(_bytes.AsSpan(0, Chunk + 1));
        await first.DisposeAsync();
        await using var ingest = await second;
        Assert.Equal(Chunk, ingest!.Verified);
        ingest.Append(_bytes.AsSpan(Chunk));
        await ingest.CompleteAsync(default);
        Assert.Equal(_bytes.Length, _store.SizeOf(ingest.Spec.Digest));
    }

    [Fact]
    public async Task Waiting_for_another_writer_can_be_cancelled()
    {
        await using var first = await _store.BeginAsync(Spec(_bytes), default);
        using var stop = new CancellationTokenSource();
        var second = _store.BeginAsync(Spec(_bytes), stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }

    [Fact]
    public async Task Many_writers_of_few_blobs_at_once_leave_each_blob_once_and_right()
    {
        var blobs = Enumerable.Range(0, 5).Select(i => Bytes(1000 + i, i)).ToList();
        var written = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Task.Run(async () =>
        {
            var bytes = blobs[i % blobs.Count];
            await using var ingest = await _store.BeginAsync(Spec(bytes), default);
            if (ingest is null)
                return 0;
            ingest.Append(bytes);
            await ingest.CompleteAsync(default);
            return 1;
        })));
        Assert.Equal(blobs.Count, written.Sum());
        Assert.Equal(blobs.Select(b => Digest.Of(b)).Order(), _store.Enumerate().Select(b => b.Key).Order());
    }

    [Fact]
    public async Task A_blob_that_was_deleted_can_be_brought_in_again_while_its_first_ingest_is_still_open()
    {
        var bytes = Bytes(100);
        var first = await _store.BeginAsync(Spec(bytes), default);
        first!.Append(bytes);
        await first.CompleteAsync(default);
        Assert.True(_store.Delete(first.Spec.Digest));
        await using var second = await _store.BeginAsync(Spec(bytes), default);
        await first.DisposeAsync();
        // The first one's end must not have given away the second one's claim.
        var third = _store.BeginAsync(Spec(bytes), default).AsTask();
        Assert.False(third.IsCompleted);
        second!.Append(bytes);
        await second.CompleteAsync(default);
        Assert.Null(await third);
        Assert.True(_store.Contains(second.Spec.Digest));
    }

    [Fact]
    public async Task More_bytes_than_announced_are_refused()
    {
        await using var ingest = await _store.BeginAsync(Spec(_bytes), default);
        ingest!.Append(_bytes.AsSpan(0, Chunk + 5));
        var e = Assert.Throws<ContentException>(() => ingest.Append(_bytes));
        Assert.Equal((Reasons.SizeMismatch, (long?)_bytes.Length), (e.Reason, e.Offset));
        Assert.Equal(Chunk, ingest.Verified);
        ingest.Append(_bytes.AsSpan(Chunk));
        await ingest.CompleteAsync(default);
    }

    [Fact]
    public async Task Fewer_bytes_than_announced_are_refused()
    {
        await using var ingest = await _store.BeginAsync(Spec(_bytes), default);
        ingest!.Append(_bytes.AsSpan(0, _bytes.Length - 1));
        var e = await Assert.ThrowsAsync<ContentException>(() => ingest.CompleteAsync(default).AsTask());
        Assert.Equal(Reasons.SizeMismatch, e.Reason);
    }

    [Fact]
    public async Task What_a_power_cut_may_have_left_wrong_in_a_partial_file_is_found_by_hashing()
    {
        var spec = Spec(_bytes);
        var partial = _folder.Sub($"store/partial/{spec.Digest.Hex}");
        foreach (var (damage, verified) in new (Action<FileStream>, long)[]
        {
            (f => { f.Position = Chunk + 7; f.WriteByte((byte)(_bytes[Chunk + 7] ^ 1)); }, Chunk),
            (f => f.SetLength((2 * Chunk) - 1), Chunk),
            (f => f.SetLength(_bytes.Length), 2 * Chunk),
            (f => f.SetLength(_bytes.Length + 100_000), 2 * Chunk),
            (f => f.WriteByte((byte)(_bytes[0] ^ 1)), 0),
        })
        {
            await using (var ingest = await _store.BeginAsync(spec, default))
                ingest!.Append(_bytes.AsSpan((int)ingest.Verified, (2 * Chunk) - (int)ingest.Verified));
            await using (var file = File.OpenWrite(partial))
                damage(file);
            await using (var ingest = await _store.BeginAsync(spec, default))
                Assert.Equal(verified, ingest!.Verified);
        }
        await StoreAsync(_store, _bytes);
        using var source = _store.TryOpen(spec.Digest);
        Assert.Equal(_bytes, ReadAll(source!));
    }

    [Fact]
    public void Wherever_the_power_is_cut_the_blob_is_finished_right_and_no_verified_chunk_is_fetched_again() =>
        Gen.Select(Gen.Int[0, _bytes.Length], Gen.Int[1, 3_000_000], Gen.Int[0, 1 << 30]).Sample(
            (cut, piece, id) =>
            {
                var store = $"cut-{id}";
                CutAsync(store, cut, piece).GetAwaiter().GetResult();
                Directory.Delete(_folder.Sub(store), true);
                Directory.Delete(_folder.Sub(store + "-after"), true);
            },
            iter: 10,
            threads: 1);

    [Fact]
    public async Task A_file_under_a_digest_that_was_damaged_to_another_length_is_replaced()
    {
        await StoreAsync(_store, _bytes);
        var path = Path.Combine(_store.BlobsPath, "sha256", Spec(_bytes).Digest.Hex);
        await using (var file = File.OpenWrite(path))
            file.SetLength(5);
        await StoreAsync(_store, _bytes);
        Assert.Equal(_bytes, await File.ReadAllBytesAsync(path));
    }

    [Fact]
    public async Task A_right_blob_survives_whoever_announces_it_with_another_size()
    {
        var bytes = Bytes(100);
        await StoreAsync(_store, bytes);
        var e = await Assert.ThrowsAsync<ContentException>(() => _store.BeginAsync(new BlobSpec(Digest.Of(bytes), 99), default).AsTask());
        Assert.Equal(Reasons.SizeMismatch, e.Reason);
        Assert.True(_store.Contains(Digest.Of(bytes)));
    }

    [SkippableFact]
    public async Task A_full_file_system_is_NoSpace_and_says_where_and_how_much()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "mounting a tmpfs needs root");
        var mountPoint = Directory.CreateDirectory(_folder.Sub("tiny")).FullName;
        Skip.IfNot(await RunAsync("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", mountPoint) == 0, "a tmpfs cannot be mounted here");
        try
        {
            using var store = BlobStore.Open(Path.Combine(mountPoint, "store"));
            var e = await Assert.ThrowsAsync<ContentException>(() => store.BeginAsync(Spec(_bytes), default).AsTask());
            Assert.Equal((Reasons.NoSpace, (Digest?)Spec(_bytes).Digest), (e.Reason, e.Digest));
            Assert.Contains(mountPoint, e.Message, StringComparison.Ordinal);
            Assert.Contains($"{_bytes.Length} bytes", e.Message, StringComparison.Ordinal);

            // Small ones are not preallocated: they find out while writing.
            var small = Bytes(Chunk);
            await StoreAsync(store, small);
            var next = Bytes(Chunk, seed: 2);
            await using (var ingest = await store.BeginAsync(Spec(next), default))
                Assert.Equal(Reasons.NoSpace, Assert.Throws<ContentException>(() => ingest!.Append(next)).Reason);
            Assert.Equal([new(Digest.Of(small), small.Length)], store.Enumerate());
            Assert.True(store.Delete(Digest.Of(small)));
            await StoreAsync(store, next);
        }
        finally
        {
            await RunAsync("umount", mountPoint);
        }
    }

    private async Task CutAsync(string name, int cut, int piece)
    {
        var spec = Spec(_bytes);
        using var before = BlobStore.Open(_folder.Sub(name));
        await using var ingest = await before.BeginAsync(spec, default);
        for (var at = 0; at < cut; at += piece)
            ingest!.Append(_bytes.AsSpan(at, Math.Min(piece, cut - at)));

        using var after = BlobStore.Open(_folder.CopyOf(name, name + "-after"));
        Assert.False(after.Contains(spec.Digest));
        await using var again = await after.BeginAsync(spec, default);
        Assert.Equal(cut == _bytes.Length ? cut : cut / Chunk * Chunk, again!.Verified);
        again.Append(_bytes.AsSpan((int)again.Verified));
        await again.CompleteAsync(default);
        using var source = after.TryOpen(spec.Digest);
        Assert.Equal(spec.Digest, Digest.Of(ReadAll(source!)));
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
