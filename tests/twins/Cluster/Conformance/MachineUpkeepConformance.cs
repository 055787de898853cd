using Handcarry.Actors.Cluster;

namespace Handcarry.Twins.Cluster.Conformance;

/// <summary>What every <see cref="IMachineUpkeep"/> does.</summary>
public abstract class MachineUpkeepConformance
{
    private static readonly SwitchFence Held = new();

    protected abstract IMachineUpkeep Port { get; }

    protected abstract ValueTask AddCheckAsync(string name, bool paused);

    protected abstract ValueTask SetAutoscalerAsync(bool scaleDown, int maxNodes);

    protected abstract ValueTask<IReadOnlyList<string>> PausedChecksAsync();

    protected abstract ValueTask<(bool ScaleDown, int MaxNodes)?> AutoscalerAsync();

    protected abstract ValueTask SetAwayAsync(bool away);

    [Fact]
    public async Task What_is_paused_is_as_before_once_it_is_resumed()
    {
        await AddCheckAsync("workers", false);
        await SetAutoscalerAsync(true, 24);
        await Port.PauseAsync(5, Held, default);
        Assert.Equal(["workers"], await PausedChecksAsync());
        Assert.Equal((false, 5), await AutoscalerAsync());
        await Port.ResumeAsync(Held, default);
        Assert.Empty(await PausedChecksAsync());
        Assert.Equal((true, 24), await AutoscalerAsync());
    }

    [Fact]
    public async Task What_somebody_else_has_paused_stays_paused()
    {
        await AddCheckAsync("infra", true);
        await AddCheckAsync("workers", false);
        await Port.PauseAsync(5, Held, default);
        await Port.ResumeAsync(Held, default);
        Assert.Equal(["infra"], await PausedChecksAsync());
    }

    [Fact]
    public async Task Pausing_twice_remembers_what_was_there_at_first()
    {
        await SetAutoscalerAsync(true, 24);
        await Port.PauseAsync(5, Held, default);
        await Port.PauseAsync(6, Held, default);
        Assert.Equal((false, 5), await AutoscalerAsync());
        await Port.ResumeAsync(Held, default);
        await Port.ResumeAsync(Held, default);
        Assert.Equal((true, 24), await AutoscalerAsync());
    }

    [Fact]
    public async Task A_cluster_that_has_neither_is_left_as_it_is()
    {
        await Port.PauseAsync(5, Held, default);
        await Port.ResumeAsync(Held, default);
        Assert.Empty(await PausedChecksAsync());
        Assert.Null(await AutoscalerAsync());
    }

    [Fact]
    public async Task Without_the_lease_nothing_is_changed()
    {
        await AddCheckAsync("workers", false);
        await Assert.ThrowsAsync<StaleWriteException>(async () => await Port.PauseAsync(5, new SwitchFence(false), default));
        Assert.Empty(await PausedChecksAsync());
    }

    [Fact]
    public async Task An_absent_API_is_told()
    {
        await SetAwayAsync(true);
        await Assert.ThrowsAsync<ApiUnavailableException>(async () => await Port.PauseAsync(5, Held, default));
        await Assert.ThrowsAsync<ApiUnavailableException>(async () => await Port.ResumeAsync(Held, default));
    }
}
