using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Streams;
using Handcarry.Streams.Content;
using Handcarry.Streams.Replication;
using Handcarry.Streams.Tests.Registry;
using static Handcarry.Streams.Tests.Content.Blobs;

namespace Handcarry.Streams.Tests.Replication;

public sealed class DrawGraphTests : IAsyncLifetime
{
    private readonly TestAuthority _authority = new();
    private readonly ConcurrentQueue<DrawResult> _results = [];
    private readonly ConcurrentQueue<int> _begun = [];
    private readonly ActorSystem _system = ActorSystem.Create("draws", ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }"));
    private ActorMaterializer _materializer = null!;
    private TestNode _node = null!;
    private TestNode _holder = null!;

    public async Task InitializeAsync()
    {
        _materializer = _system.Materializer();
        _node = await TestNode.StartAsync(_authority, "node-2");
        _holder = await TestNode.StartAsync(_authority, "node-1");
    }

    public async Task DisposeAsync()
    {
        Assert.Equal(0, _node.Pool.Out);
        await _system.Terminate();
        await _node.DisposeAsync();
        await _holder.DisposeAsync();
    }

    [Fact]
    public async Task All_work_offered_is_done_once_and_each_result_handed_out()
    {
        var blobs = Enumerable.Range(0, 40).Select(i => Bytes(i * 997, seed: i)).ToArray();
        foreach (var bytes in blobs)
            await StoreAsync(_holder.Store, bytes);
        var graph = Start(new DrawOptions { Waiting = 4 });
        for (var i = 0; i < blobs.Length; i++)
            Assert.True(await graph.OfferAsync(new DrawRequest(i, Spec(blobs[i]), _holder.AsHolder)));
        graph.Complete();
        await graph.Completion.InTime();

        Assert.Equal(Enumerable.Range(0, blobs.Length), _results.Select(result => result.Index).Order());
        Assert.All(_results, result => Assert.Null(result.Error));
        Assert.Equal(blobs.Sum(bytes => bytes.Length), _results.Sum(result => result.Bytes));
        Assert.All(blobs, bytes => Assert.True(_node.Store.Contains(Digest.Of(bytes))));
        // An empty blob does not need the holder, so it never begins to grow.
        Assert.Equal(Enumerable.Range(1, blobs.Length - 1), _begun.Order());
        Assert.False(graph.TryOffer(new DrawRequest(0, Spec(blobs[0]), _holder.AsHolder)));
        Assert.False(await graph.OfferAsync(new DrawRequest(0, Spec(blobs[0]), _holder.AsHolder)));
    }

    [Fact]
    public async Task Only_so_many_draws_run_at_a_time_and_only_so_many_requests_wait()
    {
        const int Parallelism = 3;
        const int Waiting = 5;
        var gate = new SemaphoreSlim(0);
        var (running, most) = (0, 0);
        await using var holder = new ScriptedHolder(_authority, async request =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await gate.WaitAsync();
            Interlocked.Decrement(ref running);
            await request.HeadAsync(0, "404 Not Found");
        });
        var graph = Start(new DrawOptions { Parallelism = Parallelism, Waiting = Waiting });
        var offered = 0;
        DrawRequest Next() => new(offered, Spec(Bytes(10, seed: offered)), holder.AsHolder);
        await Until.TrueAsync(
            () =>
            {
                while (graph.TryOffer(Next()))
                    offered++;
                return offered == Parallelism + Waiting && Volatile.Read(ref running) == Parallelism;
            },
            "all that may run runs and all that may wait waits");
        Assert.False(graph.TryOffer(Next()));
        var late = graph.OfferAsync(Next()).AsTask();
        Assert.False(late.IsCompleted);
        gate.Release(100);
        Assert.True(await late.InTime());
        graph.Complete();
        await graph.Completion.InTime();
        Assert.Equal(Parallelism, most);
        Assert.Equal(Parallelism + Waiting + 1, _results.Count);
        Assert.All(_results, result => Assert.Equal(Reasons.BlobUnknown, result.Error!.Reason));
    }

    [Fact]
    public async Task A_draw_that_fails_does_not_stop_the_others()
    {
        var (good, bad) = (Bytes(50_000), Bytes(60_000));
        await StoreAsync(_holder.Store, good);
        await using var liar = new ScriptedHolder(_authority, request => request.WholeAsync(new byte[60_000]));
        var graph = Start(new DrawOptions { Parallelism = 1 });
        Assert.True(graph.TryOffer(new DrawRequest(0, Spec(bad), liar.AsHolder)));
        Assert.True(graph.TryOffer(new DrawRequest(1, Spec(good) with { Chunks = [default, default] }, _holder.AsHolder)));
        Assert.True(graph.TryOffer(new DrawRequest(2, Spec(good), _holder.AsHolder)));
        graph.Complete();
        await graph.Completion.InTime();
        Assert.Equal([Reasons.DigestMismatch, Reasons.ReadFailed, null], _results.OrderBy(result => result.Index).Select(result => result.Error?.Reason));
    }

    [Fact]
    public async Task Cancelling_ends_what_runs_drops_what_waits_and_returns_every_buffer()
    {
        var graph = await GrowAsync(new DrawOptions { Parallelism = 2 });
        Assert.Equal(2, _node.Pool.Out);
        graph.Cancel();
        await graph.Completion.InTime();
        Assert.Equal(0, _node.Pool.Out);
        Assert.Empty(_results);
        Assert.False(graph.TryOffer(new DrawRequest(0, Spec(Bytes(1)), _holder.AsHolder)));
        await Until.TrueAsync(() => _holder.Pool.Out == 0, "the holder has its buffers back too");
    }

    [Fact]
    public async Task Disposing_does_the_same()
    {
        await using (await GrowAsync(new DrawOptions()))
            Assert.Equal(3, _node.Pool.Out);
        Assert.Equal(0, _node.Pool.Out);
    }

    [Fact]
    public async Task When_the_materializer_goes_every_buffer_comes_back()
    {
        var graph = await GrowAsync(new DrawOptions());
        _materializer.Shutdown();
        await Assert.ThrowsAnyAsync<Exception>(() => graph.Completion.InTime());
        Assert.Equal(0, _node.Pool.Out);
    }

    [Fact]
    public async Task When_the_callback_throws_the_graph_fails_and_every_buffer_comes_back()
    {
        var growing = Bytes(2 * Chunk);
        await using var ingest = await _holder.Store.BeginAsync(Spec(growing), default);
        ingest!.Append(growing.AsSpan(0, Chunk));
        var graph = DrawGraph.Start(
            _materializer, _node.Draw(), new DrawOptions(), _ => throw new InvalidOperationException("a fault of the caller"));
        Assert.True(graph.TryOffer(new DrawRequest(0, Spec(growing), _holder.AsHolder)));
        await Until.TrueAsync(() => _node.Counters.BytesDrawn == Chunk, "the first chunk has arrived");
        Assert.True(graph.TryOffer(new DrawRequest(1, Spec(Bytes(7)), _holder.AsHolder)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => graph.Completion.InTime());
        Assert.Equal(0, _node.Pool.Out);
    }

    [Fact]
    public async Task A_holder_that_breaks_off_costs_no_buffer()
    {
        var graph = await GrowAsync(new DrawOptions());
        await _holder.StopAsync();
        await Until.TrueAsync(() => _results.Count >= 3, "the draws have failed");
        Assert.All(_results, result => Assert.Equal(Reasons.ReadFailed, result.Error!.Reason));
        graph.Cancel();
        await graph.Completion.InTime();
    }

    private DrawGraph Start(DrawOptions options) => DrawGraph.Start(_materializer, _node.Draw(options), options, _results.Enqueue, _begun.Enqueue);

    /// <summary>A graph whose draws have one chunk each and wait for more that does not come; others wait for their turn.</summary>
    private async Task<DrawGraph> GrowAsync(DrawOptions options)
    {
        var graph = Start(options);
        for (var i = 0; i < 6; i++)
        {
            var bytes = Bytes(2 * Chunk, seed: i);
            // Never disposed: the end of the store ends it.
            var ingest = await _holder.Store.BeginAsync(Spec(bytes), default);
            ingest!.Append(bytes.AsSpan(0, Chunk));
            Assert.True(await graph.OfferAsync(new DrawRequest(i, Spec(bytes), _holder.AsHolder)));
        }

        await Until.TrueAsync(() => _node.Counters.BytesDrawn == Math.Min(options.Parallelism, DrawWindow.MostLarge) * Chunk, "each draw that may run has its first chunk");
        return graph;
    }
}
