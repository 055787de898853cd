using Handcarry.Streams.Content;
using Handcarry.Streams.Replication;
using Handcarry.Streams.Tests.Registry;
using static Handcarry.Streams.Tests.Content.Blobs;

namespace Handcarry.Streams.Tests.Replication;

public sealed class BlobDrawTests : IAsyncLifetime
{
    private static readonly DrawOptions Options = new() { BufferSize = 256 << 10 };

    private readonly TestAuthority _authority = new();
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.StartAsync(_authority, "node-2");

    public async Task DisposeAsync()
    {
        Assert.Equal(0, _node.Pool.Out);
        await _node.DisposeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Chunk)]
    [InlineData(2 * Chunk + 77)]
    public async Task A_blob_is_drawn_whole_and_counted(int size)
    {
        await using var holder = await TestNode.StartAsync(_authority);
        var bytes = Bytes(size);
        await StoreAsync(holder.Store, bytes);

        Assert.Equal(size, await DrawAsync(Spec(bytes), holder.AsHolder));
        AssertHas(bytes);
        Assert.Equal((size, 1, 0), (_node.Counters.BytesDrawn, _node.Counters.BlobsDrawn, _node.Counters.Rejected));
        await Until.TrueAsync(() => holder.Counters.BytesSent == size, "the holder has counted each byte, once");
    }

    [Fact]
    public async Task A_blob_that_is_here_is_not_drawn_again()
    {
        var bytes = Bytes(1000);
        await StoreAsync(_node.Store, bytes);
        Assert.Equal(0, await DrawAsync(Spec(bytes), new Holder("node-9", new Uri("https://127.0.0.1:1"))));
        Assert.Equal(0, _node.Pool.Lent);
    }

    [Fact]
    public async Task A_holder_is_greeted_over_the_data_plane_and_one_that_is_not_there_does_no_harm()
    {
        var greeted = 0;
        await using var holder = new ScriptedHolder(_authority, request =>
        {
            Interlocked.Increment(ref greeted);
            return request.HeadAsync(0);
        });
        await _node.Draw(Options).GreetAsync(holder.AsHolder, default).InTime();
        Assert.Equal(1, greeted);
        await _node.Draw(Options).GreetAsync(new Holder("node-9", new Uri("https://127.0.0.1:1")), default).InTime();
    }

    [Fact]
    public async Task A_draw_waits_for_the_limit_of_its_node()
    {
        await using var holder = await TestNode.StartAsync(_authority);
        var bytes = Bytes(1000);
        await StoreAsync(holder.Store, bytes);
        var draw = _node.Draw(Options);
        draw.Limit.BytesPerSecond = 1;
        using var giveUp = new CancellationTokenSource();
        var drawn = draw.DrawAsync(Spec(bytes), holder.AsHolder, null, giveUp.Token);
        await Until.TrueAsync(() => draw.Limit.Waits == 1, "the draw has taken more than the limit gives in a second");
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => drawn.InTime());
        Assert.False(_node.Store.Contains(Spec(bytes).Digest));
    }

    [Fact]
    public async Task A_blob_of_which_every_chunk_is_here_needs_no_holder()
    {
        var bytes = Bytes(2 * Chunk);
        await using (var ingest = await _node.Store.BeginAsync(Spec(bytes), default))
            ingest!.Append(bytes);
        Assert.Equal(0, await DrawAsync(Spec(bytes), new Holder("node-9", new Uri("https://127.0.0.1:1"))));
        AssertHas(bytes);
    }

    [Fact]
    public async Task A_flipped_bit_is_refused_and_only_the_chunks_before_it_are_kept()
    {
        var bytes = Bytes(3 * Chunk);
        var bad = bytes.ToArray();
        bad[Chunk + 5] ^= 0x10;
        await using var holder = new ScriptedHolder(_authority, request => request.WholeAsync(bad));

        var e = await FailAsync(Spec(bytes), holder.AsHolder);
        Assert.Equal(Reasons.DigestMismatch, e.Reason);
        Assert.Equal(Spec(bytes).Digest, e.Digest);
        Assert.Equal(Chunk, e.Offset);
        Assert.Contains(Spec(bytes).Digest.ToString(), e.Message, StringComparison.Ordinal);
        Assert.Contains("node-x", e.Message, StringComparison.Ordinal);
        Assert.False(_node.Store.Contains(Spec(bytes).Digest));
        Assert.Equal(bytes[..Chunk], File.ReadAllBytes(_node.PartialFile(Spec(bytes).Digest)));
        Assert.Equal((0, 1), (_node.Counters.BlobsDrawn, _node.Counters.Rejected));
    }

    [Fact]
    public async Task A_flipped_bit_in_a_small_blob_leaves_nothing()
    {
        var bytes = Bytes(1000);
        var bad = bytes.ToArray();
        bad[999] ^= 1;
        await using var holder = new ScriptedHolder(_authority, request => request.WholeAsync(bad));

        Assert.Equal(Reasons.DigestMismatch, (await FailAsync(Spec(bytes), holder.AsHolder)).Reason);
        Assert.False(_node.Store.Contains(Spec(bytes).Digest));
        Assert.False(File.Exists(_node.PartialFile(Spec(bytes).Digest)));
    }

    [Fact]
    public async Task After_a_reset_the_draw_goes_on_from_what_is_verified()
    {
        const int Lost = 100_000;
        var bytes = Bytes(3 * Chunk + 11);
        var asked = new List<long>();
        await using var holder = new ScriptedHolder(_authority, async request =>
        {
            asked.Add(request.From);
            if (asked.Count > 1)
            {
                await request.WholeAsync(bytes);
                return;
            }

            await request.HeadAsync(bytes.Length);
            await request.Stream.WriteAsync(bytes.AsMemory(0, Chunk + Lost));
            await Until.TrueAsync(() => _node.Counters.BytesDrawn == Chunk + Lost, "all that was sent has arrived");
            request.Reset();
        });

        var e = await FailAsync(Spec(bytes), holder.AsHolder);
        Assert.Equal(Reasons.ReadFailed, e.Reason);
        Assert.Contains("node-x", e.Message, StringComparison.Ordinal);
        Assert.Equal(bytes.Length - Chunk, await DrawAsync(Spec(bytes), holder.AsHolder));
        AssertHas(bytes);
        Assert.Equal([0, Chunk], asked);
        Assert.Equal(bytes.Length + Lost, _node.Counters.BytesDrawn);
        Assert.True(_node.Counters.BytesDrawn < bytes.Length + Chunk + Options.BufferSize);
    }

    [Fact]
    public async Task A_draw_goes_on_from_another_holder()
    {
        var bytes = Bytes(2 * Chunk + 3);
        await using var first = new ScriptedHolder(_authority, async request =>
        {
            await request.HeadAsync(bytes.Length);
            await request.Stream.WriteAsync(bytes.AsMemory(0, Chunk));
            await Until.TrueAsync(() => _node.Counters.BytesDrawn == Chunk, "the first chunk has arrived");
            request.Reset();
        });
        await using var second = await TestNode.StartAsync(_authority, "node-3");
        await StoreAsync(second.Store, bytes);

        await FailAsync(Spec(bytes), first.AsHolder);
        Assert.Equal(bytes.Length - Chunk, await DrawAsync(Spec(bytes), second.AsHolder));
        AssertHas(bytes);
    }

    [Fact]
    public async Task A_holder_that_falls_silent_is_given_up()
    {
        var time = new ManualTime();
        var bytes = Bytes(Chunk);
        var gate = new TaskCompletionSource();
        await using var holder = new ScriptedHolder(_authority, async request =>
        {
            await request.HeadAsync(bytes.Length);
            await request.Stream.WriteAsync(bytes.AsMemory(0, 10));
            await gate.Task;
        });
        var draw = _node.Draw(Options, time).DrawAsync(Spec(bytes), holder.AsHolder, null, default);
        await Until.TrueAsync(() => _node.Counters.BytesDrawn == 10, "the first bytes have arrived");
        time.Advance(Options.IdleTimeout - TimeSpan.FromMilliseconds(1));
        Assert.False(draw.IsCompleted);
        await Until.TrueAsync(
            () =>
            {
                time.Advance(Options.IdleTimeout);
                return draw.IsCompleted;
            },
            "the draw is given up");
        var e = await Assert.ThrowsAsync<ContentException>(() => draw);
        gate.SetResult();
        Assert.Equal(Reasons.ReadFailed, e.Reason);
        Assert.Contains("node-x", e.Message, StringComparison.Ordinal);
        Assert.Contains("silent for 30 s", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_holder_that_never_answers_is_given_up()
    {
        var time = new ManualTime();
        var (asked, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var holder = new ScriptedHolder(_authority, async _ =>
        {
            asked.SetResult();
            await gate.Task;
        });
        var draw = _node.Draw(Options, time).DrawAsync(Spec(Bytes(5)), holder.AsHolder, null, default);
        await asked.Task.InTime();
        time.Advance(Options.IdleTimeout);
        Assert.Equal(Reasons.ReadFailed, (await Assert.ThrowsAsync<ContentException>(() => draw.InTime())).Reason);
        gate.SetResult();
    }

    [Fact]
    public async Task A_holder_that_is_not_there_is_named()
    {
        await using var gone = await TestNode.StartAsync(_authority, "node-7");
        await gone.StopAsync();
        var e = await FailAsync(Spec(Bytes(5)), gone.AsHolder);
        Assert.Equal(Reasons.ReadFailed, e.Reason);
        Assert.Contains("node-7", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_holder_that_would_not_have_to_show_a_certificate_is_not_asked()
    {
        var e = await FailAsync(Spec(Bytes(5)), new Holder("node-7", new Uri("http://127.0.0.1:1")));
        Assert.Equal(Reasons.ReadFailed, e.Reason);
        Assert.Contains("https", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_holder_without_the_blob_is_named()
    {
        await using var holder = await TestNode.StartAsync(_authority, "node-7");
        var e = await FailAsync(Spec(Bytes(5)), holder.AsHolder);
        Assert.Equal(Reasons.BlobUnknown, e.Reason);
        Assert.Contains("node-7", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("200 OK", Reasons.ReadFailed)]
    [InlineData("206 Partial Content\r\nContent-Range: bytes 0-8388618/8388619", Reasons.ReadFailed)]
    [InlineData("206 Partial Content\r\nContent-Range: bytes 4194304-8388618/9999999", Reasons.SizeMismatch)]
    [InlineData("206 Partial Content", Reasons.SizeMismatch)]
    [InlineData("500 Internal Server Error", Reasons.ReadFailed)]
    [InlineData("302 Found\r\nLocation: https://192.0.2.1/", Reasons.ReadFailed)]
    public async Task Another_part_than_was_asked_for_is_not_taken(string status, string reason)
    {
        var bytes = Bytes(2 * Chunk + 11);
        await using (var ingest = await _node.Store.BeginAsync(Spec(bytes), default))
            ingest!.Append(bytes.AsSpan(0, Chunk));
        await using var holder = new ScriptedHolder(_authority, request => request.HeadAsync(bytes.Length, status));
        Assert.Equal(reason, (await FailAsync(Spec(bytes), holder.AsHolder)).Reason);
        Assert.Equal(0, _node.Counters.BytesDrawn);
    }

    [Fact]
    public async Task A_holder_whose_blob_has_another_size_is_not_listened_to()
    {
        await using var holder = new ScriptedHolder(_authority, request => request.WholeAsync(Bytes(6)));
        Assert.Equal(Reasons.SizeMismatch, (await FailAsync(Spec(Bytes(5)), holder.AsHolder)).Reason);
        Assert.Equal((0, 1), (_node.Counters.BytesDrawn, _node.Counters.Rejected));
    }

    [Fact]
    public async Task Giving_up_keeps_what_is_verified()
    {
        var bytes = Bytes(2 * Chunk);
        await using var holder = await TestNode.StartAsync(_authority);
        await using var ingest = await holder.Store.BeginAsync(Spec(bytes), default);
        ingest!.Append(bytes.AsSpan(0, Chunk));
        using var cancel = new CancellationTokenSource();
        var begun = 0;
        var draw = _node.Draw().DrawAsync(Spec(bytes), holder.AsHolder, () => begun++, cancel.Token);
        await Until.TrueAsync(() => _node.Counters.BytesDrawn == Chunk, "the first chunk has arrived");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => draw.InTime());
        Assert.Equal(1, begun);
        await using var rest = await _node.Store.BeginAsync(Spec(bytes), default);
        Assert.Equal(0, _node.Pool.Out);
        Assert.True(rest!.Verified is 0 or Chunk);
    }

    private Task<long> DrawAsync(BlobSpec spec, Holder holder) => _node.Draw(Options).DrawAsync(spec, holder, null, default).InTime();

    private Task<ContentException> FailAsync(BlobSpec spec, Holder holder) =>
        Assert.ThrowsAsync<ContentException>(() => DrawAsync(spec, holder));

    private void AssertHas(byte[] bytes)
    {
        using var source = _node.Store.TryOpen(Digest.Of(bytes));
        Assert.Equal(source!.Size, source.Verified);
        Assert.Equal(bytes, ReadAll(source));
    }
}
