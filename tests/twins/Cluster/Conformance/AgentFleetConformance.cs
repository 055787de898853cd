using Handcarry.Actors.Cluster;

namespace Handcarry.Twins.Cluster.Conformance;

/// <summary>What every <see cref="IAgentFleet"/> does.</summary>
public abstract class AgentFleetConformance
{
    private const string First = "localhost/handcarry/agent:0.1.0";
    private const string Second = "handcarry.dev/agent/0.2.0@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private static readonly SwitchFence Held = new();

    protected abstract IAgentFleet Port { get; }

    /// <summary>Somebody applies the DaemonSet with this image, for so many nodes, on each of which its pod is ready.</summary>
    protected abstract ValueTask ApplyAsync(string image, int nodes);

    /// <summary>Its controller writes something that is not the image's matter.</summary>
    protected abstract ValueTask TouchAsync();

    protected abstract ValueTask SetAwayAsync(bool away);

    [Fact]
    public async Task Without_a_DaemonSet_there_is_nothing_to_see() => Assert.Null(await Port.LookAsync(default));

    [Fact]
    public async Task Agents_that_all_run_what_is_wanted_are_complete()
    {
        await ApplyAsync(First, 3);
        var seen = await Port.LookAsync(default);
        Assert.Equal((First, "", "", 3, 3, true), (seen!.Image, seen.Renewed, seen.Before, seen.Nodes, seen.Ready, seen.IsComplete));
        Assert.Empty(seen.Late);
    }

    [Fact]
    public async Task An_image_that_is_set_is_wanted_from_then_on_and_remembered_with_what_was_there_before()
    {
        await ApplyAsync(First, 3);
        Assert.True(await Port.SetImageAsync((await Port.LookAsync(default))!, Second, Second, Held, default));
        var seen = await Port.LookAsync(default);
        Assert.Equal((Second, Second, First, 0, false), (seen!.Image, seen.Renewed, seen.Before, seen.Ready, seen.IsComplete));
    }

    [Fact]
    public async Task What_is_set_back_is_remembered_as_having_been_tried()
    {
        await ApplyAsync(First, 3);
        Assert.True(await Port.SetImageAsync((await Port.LookAsync(default))!, Second, Second, Held, default));
        var seen = (await Port.LookAsync(default))!;
        Assert.True(await Port.SetImageAsync(seen, seen.Before, seen.Renewed, Held, default));
        seen = await Port.LookAsync(default);
        Assert.Equal((First, Second), (seen!.Image, seen.Renewed));
    }

    [Fact]
    public async Task What_its_controller_writes_in_between_is_no_hindrance()
    {
        await ApplyAsync(First, 3);
        var seen = (await Port.LookAsync(default))!;
        await TouchAsync();
        Assert.True(await Port.SetImageAsync(seen, Second, Second, Held, default));
    }

    [Fact]
    public async Task An_image_that_somebody_else_has_set_in_between_stays()
    {
        await ApplyAsync(First, 3);
        var seen = (await Port.LookAsync(default))!;
        await ApplyAsync("registry.example.com/agent:0.3.0", 3);
        Assert.False(await Port.SetImageAsync(seen, Second, Second, Held, default));
        Assert.Equal("registry.example.com/agent:0.3.0", (await Port.LookAsync(default))!.Image);
    }

    [Fact]
    public async Task Without_the_lease_nothing_is_changed()
    {
        await ApplyAsync(First, 3);
        var seen = (await Port.LookAsync(default))!;
        await Assert.ThrowsAsync<StaleWriteException>(async () => await Port.SetImageAsync(seen, Second, Second, new SwitchFence(false), default));
        Assert.Equal(First, (await Port.LookAsync(default))!.Image);
    }

    [Fact]
    public async Task An_absent_API_is_told()
    {
        await ApplyAsync(First, 3);
        var seen = (await Port.LookAsync(default))!;
        await SetAwayAsync(true);
        await Assert.ThrowsAsync<ApiUnavailableException>(async () => await Port.LookAsync(default));
        await Assert.ThrowsAsync<ApiUnavailableException>(async () => await Port.SetImageAsync(seen, Second, Second, Held, default));
    }
}
