using Handcarry.Actors.Cluster;

namespace Handcarry.Twins.Cluster.Conformance;

/// <summary>What every <see cref="IFence"/> does. All fences of a test compete for one lease of 15 s and live by <see cref="Time"/>.</summary>
public abstract class FenceConformance
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    protected ManualTime Time { get; } = new();

    protected abstract IFence Candidate(string holder);

    protected abstract ValueTask SetAwayAsync(bool away);

    [Fact]
    public async Task A_free_lease_is_taken_and_held()
    {
        var fence = Candidate("a");
        Assert.False(fence.IsHeld);
        Assert.True(await fence.TryHoldAsync(default));
        Assert.True(fence.IsHeld);
        Assert.Equal(TimeSpan.FromSeconds(5), fence.RenewEvery);
    }

    [Fact]
    public async Task Only_one_of_two_holds_it()
    {
        var (a, b) = (Candidate("a"), Candidate("b"));
        Assert.True(await a.TryHoldAsync(default));
        Assert.False(await b.TryHoldAsync(default));
        Assert.True(a.IsHeld);
        Assert.False(b.IsHeld);
    }

    [Fact]
    public async Task Renewing_keeps_it_for_ever()
    {
        var (a, b) = (Candidate("a"), Candidate("b"));
        Assert.True(await a.TryHoldAsync(default));
        for (var i = 0; i < 10; i++)
        {
            Time.Advance(a.RenewEvery);
            Assert.True(a.IsHeld);
            Assert.True(await a.TryHoldAsync(default));
            Assert.False(await b.TryHoldAsync(default));
        }
    }

    [Fact]
    public async Task The_holder_stops_believing_before_another_may_take_it()
    {
        var (a, b) = (Candidate("a"), Candidate("b"));
        Assert.True(await a.TryHoldAsync(default));
        Assert.False(await b.TryHoldAsync(default));
        Time.Advance(12 * Second);
        Assert.False(a.IsHeld);
        Assert.False(await b.TryHoldAsync(default));
        Time.Advance(3 * Second);
        Assert.True(await b.TryHoldAsync(default));
        Assert.True(b.IsHeld);
        Assert.False(await a.TryHoldAsync(default));
        Assert.False(a.IsHeld);
    }

    [Fact]
    public async Task How_long_a_lease_has_been_silent_counts_from_when_it_was_first_seen()
    {
        var (a, b) = (Candidate("a"), Candidate("b"));
        Assert.True(await a.TryHoldAsync(default));
        Time.Advance(60 * Second);
        Assert.False(await b.TryHoldAsync(default));
        Time.Advance(14 * Second);
        Assert.False(await b.TryHoldAsync(default));
        Time.Advance(1 * Second);
        Assert.True(await b.TryHoldAsync(default));
    }

    [Fact]
    public async Task A_released_lease_can_be_taken_at_once()
    {
        var (a, b) = (Candidate("a"), Candidate("b"));
        Assert.True(await a.TryHoldAsync(default));
        Assert.False(await b.TryHoldAsync(default));
        await a.ReleaseAsync(default);
        Assert.False(a.IsHeld);
        Assert.True(await b.TryHoldAsync(default));
    }

    [Fact]
    public async Task Anybody_may_ask_who_holds_it_and_one_that_has_expired_is_still_its_last_holder_s()
    {
        var (a, b) = (Candidate("a"), Candidate("b"));
        Assert.Equal("", await b.HolderAsync(default));
        Assert.True(await a.TryHoldAsync(default));
        Time.Advance(60 * Second);
        Assert.Equal("a", await b.HolderAsync(default));
        Assert.Equal("a", await a.HolderAsync(default));
        await a.ReleaseAsync(default);
        Assert.Equal("", await b.HolderAsync(default));
        await SetAwayAsync(true);
        await Assert.ThrowsAsync<ApiUnavailableException>(async () => await a.HolderAsync(default));
        await SetAwayAsync(false);
    }

    [Fact]
    public async Task Releasing_what_another_holds_changes_nothing()
    {
        var (a, b) = (Candidate("a"), Candidate("b"));
        Assert.True(await a.TryHoldAsync(default));
        await b.ReleaseAsync(default);
        Assert.True(await a.TryHoldAsync(default));
        Assert.False(await b.TryHoldAsync(default));
    }

    [Fact]
    public async Task Releasing_a_lease_that_never_was_is_harmless()
    {
        var a = Candidate("a");
        await a.ReleaseAsync(default);
        Assert.True(await a.TryHoldAsync(default));
    }

    [Fact]
    public async Task Whoever_comes_back_under_the_same_name_need_not_wait()
    {
        Assert.True(await Candidate("a").TryHoldAsync(default));
        Assert.True(await Candidate("a").TryHoldAsync(default));
    }

    [Fact]
    public async Task An_absent_API_ends_the_belief_by_time_alone()
    {
        var a = Candidate("a");
        Assert.True(await a.TryHoldAsync(default));
        await SetAwayAsync(true);
        Time.Advance(5 * Second);
        await Assert.ThrowsAsync<ApiUnavailableException>(async () => await a.TryHoldAsync(default));
        Assert.True(a.IsHeld);
        Time.Advance(7 * Second);
        Assert.False(a.IsHeld);
        await SetAwayAsync(false);
        Assert.True(await a.TryHoldAsync(default));
        Assert.True(a.IsHeld);
    }

    [Fact]
    public async Task Many_candidates_at_once_leave_one_holder()
    {
        var fences = Enumerable.Range(0, 8).Select(i => Candidate($"node-{i}")).ToList();
        var won = await Task.WhenAll(fences.Select(f => Task.Run(async () => await f.TryHoldAsync(default))));
        Assert.Equal(1, won.Count(w => w));
        Assert.Equal(1, fences.Count(f => f.IsHeld));
    }
}
