using Handcarry.Streams.Replication;

namespace Handcarry.Streams.Tests.Replication;

public sealed class RateLimitTests
{
    private readonly ManualTime _time = new();
    private readonly RateLimit _limit;

    public RateLimitTests() => _limit = new RateLimit(_time);

    [Fact]
    public async Task Without_a_limit_nobody_waits()
    {
        await _limit.TakeAsync(int.MaxValue, default);
        Assert.Equal(0, _limit.Waits);
    }

    [Fact]
    public async Task Whoever_takes_more_than_a_burst_waits_until_it_is_paid_for()
    {
        _limit.BytesPerSecond = 1000;
        _time.Advance(TimeSpan.FromSeconds(10));
        await _limit.TakeAsync(100, default);
        Assert.Equal(0, _limit.Waits);

        var first = _limit.TakeAsync(500, default).AsTask();
        var second = _limit.TakeAsync(500, default).AsTask();
        Assert.Equal(2, _limit.Waits);
        _time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.False(first.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await first;
        Assert.False(second.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(500));
        await second;
    }

    [Fact]
    public async Task A_pause_saves_up_no_more_than_a_burst()
    {
        _limit.BytesPerSecond = 1000;
        _time.Advance(TimeSpan.FromHours(1));
        var taken = _limit.TakeAsync(1100, default).AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(taken.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await taken;
    }

    [Fact]
    public async Task The_lesser_of_the_nodes_own_limit_and_its_share_of_the_sites_holds()
    {
        Assert.Equal(0, _limit.Rate);
        _limit.Share = 2000;
        Assert.Equal(2000, _limit.Rate);
        _limit.BytesPerSecond = 3000;
        Assert.Equal(2000, _limit.Rate);
        _limit.BytesPerSecond = 1000;
        Assert.Equal(1000, _limit.Rate);
        _limit.Share = 0;
        Assert.Equal(1000, _limit.Rate);

        var taken = _limit.TakeAsync(2000, default).AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(1999));
        Assert.False(taken.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await taken;
    }

    [Fact]
    public async Task Whoever_waits_when_the_rate_changes_pays_the_rest_at_the_new_one()
    {
        _limit.BytesPerSecond = 1;
        var taken = _limit.TakeAsync(2_000_000_000, default).AsTask();
        _time.Advance(TimeSpan.FromDays(2));
        Assert.False(taken.IsCompleted);

        // The waiter is woken on another thread and sets its new timer there; at the old rate 63 years would be left.
        _limit.BytesPerSecond = 1_000_000_000_000;
        while (!taken.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }

        await taken;
    }

    [Fact]
    public async Task Without_a_limit_any_more_nobody_goes_on_waiting()
    {
        _limit.Share = 1;
        var taken = _limit.TakeAsync(1_000_000, default).AsTask();
        _limit.Share = 0;
        await taken;
    }

    [Fact]
    public async Task Waiting_can_be_given_up()
    {
        _limit.BytesPerSecond = 1;
        using var giveUp = new CancellationTokenSource();
        var taken = _limit.TakeAsync(1000, giveUp.Token).AsTask();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => taken);
    }
}
