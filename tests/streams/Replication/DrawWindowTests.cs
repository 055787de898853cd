using Handcarry.Streams.Content;
using Handcarry.Streams.Replication;

namespace Handcarry.Streams.Tests.Replication;

public sealed class DrawWindowTests
{
    private const int Megabyte = 1 << 20;

    private readonly ManualTime _time = new();
    private readonly DrawWindow _window;

    public DrawWindowTests() => _window = new DrawWindow(_time);

    [Fact]
    public async Task Large_blobs_are_asked_for_one_after_the_other_the_next_when_hardly_anything_is_left()
    {
        using var first = await _window.EnterAsync(10 * Megabyte, default);
        var second = _window.EnterAsync(20 * Megabyte, default).AsTask();
        Receive(first, 9 * Megabyte);
        Assert.False(second.IsCompleted);
        Receive(first, 1);
        using var place = await second.InTime();
        var third = _window.EnterAsync(30 * Megabyte, default).AsTask();
        Assert.False(third.IsCompleted);
        place.Dispose();
        (await third.InTime()).Dispose();
    }

    [Fact]
    public async Task Small_blobs_are_asked_for_together_and_beside_a_large_one()
    {
        using var large = await _window.EnterAsync(10 * Megabyte, default);
        var small = new List<DrawPlace>();
        for (var i = 0; i < 4; i++)
            small.Add(await _window.EnterAsync(Megabyte / 4, default).AsTask().InTime());
        var next = _window.EnterAsync(1, default).AsTask();
        Assert.False(next.IsCompleted);
        small[2].Dispose();
        (await next.InTime()).Dispose();
        small.ForEach(place => place.Dispose());
    }

    [Fact]
    public async Task Another_large_blob_may_come_while_the_holder_has_nothing_for_the_first()
    {
        using var first = await _window.EnterAsync(10 * Megabyte, default);
        Receive(first, Megabyte);
        first.Waits();
        var second = _window.EnterAsync(20 * Megabyte, default).AsTask();
        _time.Advance(DrawWindow.Quiet / 2);
        Assert.False(second.IsCompleted);
        first.Came(1);
        first.Waits();
        _time.Advance(DrawWindow.Quiet / 2);
        Assert.False(second.IsCompleted);
        _time.Advance(DrawWindow.Quiet);
        (await second.InTime()).Dispose();
    }

    [Fact]
    public async Task Where_hashing_takes_longer_than_receiving_three_large_blobs_come_at_a_time()
    {
        var places = new List<DrawPlace>();
        for (var i = 0; i < DrawWindow.MostLarge; i++)
        {
            places.Add(await _window.EnterAsync(100 * Megabyte, default).AsTask().InTime());
            Receive(places[^1], DrawWindow.Stretch, waiting: TimeSpan.FromMilliseconds(1), working: TimeSpan.FromMilliseconds(2));
        }

        var next = _window.EnterAsync(100 * Megabyte, default).AsTask();
        Assert.False(next.IsCompleted);
        places[0].Dispose();
        (await next.InTime()).Dispose();
        places.ForEach(place => place.Dispose());
    }

    [Fact]
    public async Task Where_receiving_takes_longer_than_hashing_or_a_limit_holds_the_draw_back_they_do_not()
    {
        using var first = await _window.EnterAsync(100 * Megabyte, default);
        var second = _window.EnterAsync(100 * Megabyte, default).AsTask();
        Receive(first, DrawWindow.Stretch, waiting: TimeSpan.FromMilliseconds(2), working: TimeSpan.FromMilliseconds(1));
        Assert.False(second.IsCompleted);
        var since = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(1));
        first.HeldBack(since);
        Receive(first, DrawWindow.Stretch, waiting: TimeSpan.FromMilliseconds(1), working: TimeSpan.FromMilliseconds(2));
        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second.InTime()).Dispose();
    }

    [Fact]
    public async Task A_draw_that_waits_for_a_core_lets_no_other_large_blob_in()
    {
        using var first = await _window.EnterAsync(100 * Megabyte, default);
        var second = _window.EnterAsync(100 * Megabyte, default).AsTask();
        Receive(first, DrawWindow.Stretch, waiting: TimeSpan.FromMilliseconds(100), working: TimeSpan.FromMilliseconds(300));
        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second.InTime()).Dispose();
    }

    [Fact]
    public async Task Compiling_the_first_draw_lets_no_other_large_blob_in()
    {
        using var first = await _window.EnterAsync(100 * Megabyte, default);
        var second = _window.EnterAsync(100 * Megabyte, default).AsTask();
        Receive(first, Megabyte, waiting: TimeSpan.FromMilliseconds(2), working: TimeSpan.FromMilliseconds(20));
        for (var received = Megabyte; received < DrawWindow.Stretch; received += Megabyte)
            Receive(first, Megabyte, waiting: TimeSpan.FromMilliseconds(10), working: TimeSpan.FromMilliseconds(3));
        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second.InTime()).Dispose();
    }

    [Fact]
    public async Task Whoever_gives_up_leaves_its_turn_to_the_next()
    {
        using var first = await _window.EnterAsync(10 * Megabyte, default);
        using var cancel = new CancellationTokenSource();
        var second = _window.EnterAsync(20 * Megabyte, cancel.Token).AsTask();
        var third = _window.EnterAsync(30 * Megabyte, default).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(third.IsCompleted);
        first.Dispose();
        (await third.InTime()).Dispose();
    }

    [Fact]
    public void Only_what_comes_while_a_chunk_is_coming_tells_of_a_link()
    {
        var flow = new LinkFlow(_time);
        using var chunk = new LinkFlow.Chunk(flow);
        chunk.Came(100, 100, last: false);
        _time.Advance(TimeSpan.FromSeconds(1));
        chunk.Came(BlobSpec.ChunkSize - 100, BlobSpec.ChunkSize, last: false);
        Assert.Equal((BlobSpec.ChunkSize - 100L, TimeSpan.FromSeconds(1)), flow.Seen);

        // The holder has nothing; and when it has, the first bytes do not count.
        _time.Advance(TimeSpan.FromSeconds(10));
        chunk.Came(1000, BlobSpec.ChunkSize + 1000, last: false);
        Assert.Equal((BlobSpec.ChunkSize - 100L, TimeSpan.FromSeconds(1)), flow.Seen);
        _time.Advance(TimeSpan.FromSeconds(2));
        chunk.Came(500, BlobSpec.ChunkSize + 1500, last: true);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((BlobSpec.ChunkSize + 400L, TimeSpan.FromSeconds(3)), flow.Seen);
    }

    [Fact]
    public void Two_blobs_that_come_at_the_same_time_take_that_time_once_and_one_that_breaks_off_ends()
    {
        var flow = new LinkFlow(_time);
        using var one = new LinkFlow.Chunk(flow);
        using var other = new LinkFlow.Chunk(flow);
        one.Came(1, 1, last: false);
        other.Came(1, 1, last: false);
        _time.Advance(TimeSpan.FromSeconds(1));
        one.Came(10, 11, last: false);
        other.Came(20, 21, last: false);
        one.Dispose();
        other.Dispose();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((30L, TimeSpan.FromSeconds(1)), flow.Seen);
    }

    private void Receive(DrawPlace place, int bytes, TimeSpan waiting = default, TimeSpan working = default)
    {
        place.Waits();
        _time.Advance(waiting == default ? TimeSpan.FromMilliseconds(1) : waiting);
        var half = bytes / 2;
        place.Came(half);
        _time.Advance(working);
        place.Came(bytes - half);
    }
}
