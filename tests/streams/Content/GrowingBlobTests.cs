using Handcarry.Streams.Content;
using static Handcarry.Streams.Tests.Content.Blobs;

namespace Handcarry.Streams.Tests.Content;

public sealed class GrowingBlobTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly BlobStore _store;
    private readonly byte[] _bytes = Bytes((2 * Chunk) + 1000);

    public GrowingBlobTests() => _store = BlobStore.Open(_folder.Sub("store"));

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_reader_follows_the_writer_chunk_by_chunk_and_sees_it_complete()
    {
        await using var ingest = await _store.BeginAsync(Spec(_bytes), default);
        using var source = _store.TryOpen(Spec(_bytes).Digest);
        Assert.Equal((0L, (long)_bytes.Length), (source!.Verified, source.Size));
        Assert.Equal(0, source.Read(new byte[10], 0));

        var first = source.WaitBeyondAsync(0, default);
        ingest!.Append(_bytes.AsSpan(0, Chunk - 1));
        Assert.False(first.IsCompleted);
        Assert.Equal(0, source.Read(new byte[10], 0));
        ingest.Append(_bytes.AsSpan(Chunk - 1, 5));
        Assert.Equal(Chunk, await first);
        Assert.Equal(1, source.Read(new byte[10], Chunk - 1));
        Assert.False(_store.Contains(ingest.Spec.Digest));
        Assert.Empty(_store.Enumerate());

        var rest = source.WaitBeyondAsync(Chunk, default);
        ingest.Append(_bytes.AsSpan(Chunk + 4));
        await ingest.CompleteAsync(default);
        Assert.True(await rest > Chunk);
        Assert.Equal(_bytes.Length, source.Verified);
        Assert.Equal(_bytes, ReadAll(source));
        Assert.Equal(_bytes.Length, await source.WaitBeyondAsync(_bytes.Length, default));
    }

    [Fact]
    public async Task A_blob_without_chunks_is_readable_only_when_it_is_complete()
    {
        await using var ingest = await _store.BeginAsync(WithoutChunks(_bytes), default);
        using var source = _store.TryOpen(ingest!.Spec.Digest);
        ingest.Append(_bytes);
        Assert.Equal(0, source!.Verified);
        var wait = source.WaitBeyondAsync(0, default);
        await ingest.CompleteAsync(default);
        Assert.Equal(_bytes.Length, await wait);
        Assert.Equal(_bytes, ReadAll(source));
    }

    [Fact]
    public async Task A_reader_that_waits_is_told_when_the_writer_gives_up_and_keeps_what_was_verified()
    {
        var ingest = await _store.BeginAsync(Spec(_bytes), default);
        using var source = _store.TryOpen(ingest!.Spec.Digest);
        ingest.Append(_bytes.AsSpan(0, Chunk + 1));
        var wait = source!.WaitBeyondAsync(Chunk, default);
        await ingest.DisposeAsync();

        var e = await Assert.ThrowsAsync<ContentException>(() => wait.AsTask());
        Assert.Equal((Reasons.ReadFailed, (long?)Chunk, (Digest?)ingest.Spec.Digest), (e.Reason, e.Offset, e.Digest));
        Assert.Equal(Chunk, await source.WaitBeyondAsync(0, default));
        Assert.Equal(_bytes[..Chunk], ReadAll(source));
    }

    [Fact]
    public async Task What_chunks_vouched_for_is_taken_back_when_the_whole_is_another_blob()
    {
        var lie = Spec(_bytes) with { Digest = Digest.Of("another"u8) };
        await using var ingest = await _store.BeginAsync(lie, default);
        using var source = _store.TryOpen(lie.Digest);
        ingest!.Append(_bytes);
        var e = await Assert.ThrowsAsync<ContentException>(() => ingest.CompleteAsync(default).AsTask());
        Assert.Equal(Reasons.DigestMismatch, e.Reason);
        Assert.Equal(0, source!.Read(new byte[10], 0));
        await Assert.ThrowsAsync<ContentException>(() => source.WaitBeyondAsync(0, default).AsTask());
        await ingest.DisposeAsync();
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Waiting_can_be_cancelled()
    {
        await using var ingest = await _store.BeginAsync(Spec(_bytes), default);
        using var source = _store.TryOpen(ingest!.Spec.Digest);
        using var stop = new CancellationTokenSource();
        var wait = source!.WaitBeyondAsync(0, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.AsTask());
    }

    [Fact]
    public async Task Closing_the_store_ends_all_waiting()
    {
        await using var ingest = await _store.BeginAsync(Spec(_bytes), default);
        using var source = _store.TryOpen(ingest!.Spec.Digest);
        var reader = source!.WaitBeyondAsync(0, default);
        var writer = _store.BeginAsync(Spec(_bytes), default);
        _store.Dispose();
        Assert.Equal(Reasons.ReadFailed, (await Assert.ThrowsAsync<ContentException>(() => reader.AsTask())).Reason);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => writer.AsTask());
    }

    [Fact]
    public async Task Many_readers_that_follow_one_writer_all_read_the_same()
    {
        await using var ingest = await _store.BeginAsync(Spec(_bytes), default);
        var readers = Enumerable.Range(0, 8).Select(_ => Task.Run(FollowAsync)).ToList();
        for (var at = 0; at < _bytes.Length; at += 100_000)
            ingest!.Append(_bytes.AsSpan(at, Math.Min(100_000, _bytes.Length - at)));
        await ingest!.CompleteAsync(default);
        foreach (var reader in readers)
            Assert.Equal(ingest.Spec.Digest, Digest.Of(await reader));

        async Task<byte[]> FollowAsync()
        {
            using var source = _store.TryOpen(Spec(_bytes).Digest);
            var read = new byte[source!.Size];
            for (var at = 0; at < read.Length;)
            {
                var end = await source.WaitBeyondAsync(at, default);
                while (at < end)
                    at += source.Read(read.AsSpan(at), at);
            }
            return read;
        }
    }
}
