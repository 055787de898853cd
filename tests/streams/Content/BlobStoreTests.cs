using Handcarry.Streams.Content;
using static Handcarry.Streams.Tests.Content.Blobs;

namespace Handcarry.Streams.Tests.Content;

public sealed class BlobStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly BlobStore _store;

    public BlobStoreTests() => _store = BlobStore.Open(_folder.Sub("store"));

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Chunk - 1)]
    [InlineData(Chunk)]
    [InlineData(Chunk + 1)]
    [InlineData(2 * Chunk)]
    [InlineData(3 * Chunk + 17)]
    public async Task A_stored_blob_reads_back_and_lies_under_its_digest(int size)
    {
        var bytes = Bytes(size);
        var digest = Digest.Of(bytes);
        await StoreAsync(_store, bytes);

        Assert.True(_store.Contains(digest));
        Assert.Equal(size, _store.SizeOf(digest));
        Assert.Equal([new(digest, size)], _store.Enumerate());
        Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(_store.BlobsPath, "sha256", digest.Hex)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Sub("store/partial")));
        using var source = _store.TryOpen(digest);
        Assert.Equal(size, source!.Verified);
        Assert.Equal(size, await source.WaitBeyondAsync(0, default));
        Assert.Equal(bytes, ReadAll(source));
        Assert.Null(await _store.BeginAsync(Spec(bytes), default));
    }

    [Fact]
    public async Task A_blob_that_the_disk_has_changed_is_put_right_under_whoever_has_its_file_open()
    {
        var bytes = Bytes((3 * Chunk) + 5);
        var digest = Digest.Of(bytes);
        await StoreAsync(_store, bytes);
        var path = Path.Combine(_store.BlobsPath, "sha256", digest.Hex);
        // As a mount has.
        using var open = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        open.Position = Chunk + 100;
        open.WriteByte((byte)~bytes[Chunk + 100]);
        open.Flush();

        Assert.True(_store.Distrust(digest));
        Assert.False(_store.Contains(digest));
        await using (var ingest = await _store.BeginAsync(Spec(bytes), default))
        {
            Assert.Equal(Chunk, ingest!.Verified);
            ingest.Append(bytes.AsSpan(Chunk));
            await ingest.CompleteAsync(default);
        }

        Assert.True(_store.Contains(digest));
        var seen = new byte[bytes.Length];
        open.Position = 0;
        open.ReadExactly(seen);
        Assert.Equal(bytes, seen);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(path));
    }

    [Fact]
    public async Task A_wrong_chunk_is_refused_with_its_place_and_the_chunks_before_it_are_kept()
    {
        var bytes = Bytes(3 * Chunk + 5);
        var bad = bytes.ToArray();
        bad[Chunk + 100] ^= 1;
        await using var ingest = await _store.BeginAsync(Spec(bytes), default);
        var e = Assert.Throws<ContentException>(() => ingest!.Append(bad));

        Assert.Equal(Reasons.DigestMismatch, e.Reason);
        Assert.Equal(Spec(bytes).Digest, e.Digest);
        Assert.Equal(Chunk, e.Offset);
        Assert.Equal(Chunk, ingest!.Verified);
        Assert.Equal(bytes[..Chunk], File.ReadAllBytes(_folder.Sub($"store/partial/{Spec(bytes).Digest.Hex}")));

        ingest.Append(bytes.AsSpan(Chunk));
        await ingest.CompleteAsync(default);
        using var source = _store.TryOpen(Spec(bytes).Digest);
        Assert.Equal(bytes, ReadAll(source!));
    }

    [Fact]
    public async Task A_blob_whose_bytes_do_not_match_is_refused_and_nothing_of_it_stays()
    {
        var bytes = Bytes(1000);
        await using (var ingest = await _store.BeginAsync(Spec(bytes), default))
        {
            ingest!.Append(Bytes(1000, seed: 2));
            var e = await Assert.ThrowsAsync<ContentException>(() => ingest.CompleteAsync(default).AsTask());
            Assert.Equal((Reasons.DigestMismatch, Spec(bytes).Digest), (e.Reason, e.Digest));
        }
        Assert.False(_store.Contains(Spec(bytes).Digest));
        Assert.Empty(Directory.EnumerateFiles(_folder.Sub("store"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task What_a_blob_still_takes_of_the_disk_is_its_size_less_what_is_set_aside_for_it()
    {
        var bytes = Bytes(3 * Chunk);
        var digest = Spec(bytes).Digest;
        Assert.Equal(bytes.Length, _store.SpaceFor(digest, bytes.Length));
        await using (var ingest = await _store.BeginAsync(Spec(bytes), default))
        {
            Assert.Equal(0, _store.SpaceFor(digest, bytes.Length));
            ingest!.Append(bytes.AsSpan(0, Chunk));
            Assert.Equal(0, _store.SpaceFor(digest, bytes.Length));
        }

        // What is kept of an ingest that was given up is not asked for again, the rest is.
        Assert.InRange(_store.SpaceFor(digest, bytes.Length), 2 * Chunk - 4096, 2 * Chunk);
        await using (var ingest = await _store.BeginAsync(Spec(bytes), default))
            Assert.Equal((Chunk, 0L), (ingest!.Verified, _store.SpaceFor(digest, bytes.Length)));
        await StoreAsync(_store, bytes);
        Assert.Equal(0, _store.SpaceFor(digest, bytes.Length));
    }

    [Fact]
    public async Task Reopening_after_a_power_cut_resumes_at_the_last_verified_chunk()
    {
        var bytes = Bytes(3 * Chunk + 5);
        await using var ingest = await _store.BeginAsync(Spec(bytes), default);
        ingest!.Append(bytes.AsSpan(0, 2 * Chunk + 1000));

        using var reopened = BlobStore.Open(_folder.CopyOf("store", "after"));
        await using var again = await reopened.BeginAsync(Spec(bytes), default);
        Assert.Equal(2 * Chunk, again!.Verified);
        again.Append(bytes.AsSpan(2 * Chunk));
        await again.CompleteAsync(default);
        using var source = reopened.TryOpen(Spec(bytes).Digest);
        Assert.Equal(bytes, ReadAll(source!));
    }

    [Fact]
    public async Task A_blob_that_is_deleted_while_open_is_read_to_its_end()
    {
        var bytes = Bytes(10_000);
        await StoreAsync(_store, bytes);
        using var source = _store.TryOpen(Digest.Of(bytes));
        Assert.True(_store.Delete(Digest.Of(bytes)));
        Assert.Equal(bytes, ReadAll(source!));
        Assert.Null(_store.TryOpen(Digest.Of(bytes)));
        Assert.Null(_store.SizeOf(Digest.Of(bytes)));
        Assert.False(_store.Delete(Digest.Of(bytes)));
    }

    [Fact]
    public async Task Delete_also_removes_what_an_interrupted_ingest_has_left_but_not_what_is_being_ingested()
    {
        var bytes = Bytes(2 * Chunk);
        await using (var ingest = await _store.BeginAsync(Spec(bytes), default))
        {
            ingest!.Append(bytes.AsSpan(0, Chunk));
            Assert.False(_store.Delete(Spec(bytes).Digest));
        }
        Assert.True(_store.Delete(Spec(bytes).Digest));
        await using var again = await _store.BeginAsync(Spec(bytes), default);
        Assert.Equal(0, again!.Verified);
    }

    [Fact]
    public async Task Opening_removes_leftovers_that_cannot_be_used_and_overlooks_what_is_no_blob()
    {
        var bytes = Bytes(Chunk + 1);
        await using (var ingest = await _store.BeginAsync(Spec(bytes), default))
            ingest!.Append(bytes.AsSpan(0, Chunk));
        var partial = _folder.Sub("store/partial");
        await File.WriteAllBytesAsync(Path.Combine(partial, "stranger"), bytes);
        await File.WriteAllBytesAsync(Path.Combine(partial, Digest.Of("short"u8).Hex), Bytes(Chunk - 1));
        await File.WriteAllTextAsync(Path.Combine(_store.BlobsPath, "sha256", "lost+found"), "x");

        using var reopened = BlobStore.Open(_folder.Sub("store"));
        Assert.Equal([Spec(bytes).Digest.Hex], Directory.EnumerateFiles(partial).Select(Path.GetFileName));
        Assert.Empty(reopened.Enumerate());
    }

    [Fact]
    public async Task No_digest_is_no_blob()
    {
        Assert.False(_store.Contains(default));
        Assert.False(_store.Delete(default));
        Assert.Null(_store.TryOpen(default));
        await Assert.ThrowsAsync<ArgumentException>(() => _store.BeginAsync(new BlobSpec(default, 0), default).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _store.BeginAsync(new BlobSpec(Digest.Of([]), -1), default).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => _store.BeginAsync(new BlobSpec(Digest.Of([]), 5, [Digest.Of([])]), default).AsTask());
    }
}
