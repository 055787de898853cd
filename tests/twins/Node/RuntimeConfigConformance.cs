using Handcarry.Actors.Node;
using Handcarry.Streams.Content;

namespace Handcarry.Twins.Node;

/// <summary>What every <see cref="IRuntimeConfig"/> of a runtime that can pin does. Derive from it, and provide the runtime.</summary>
public abstract class RuntimeConfigConformance
{
    /// <summary>The node's configuration under test: nothing is in the way, nothing is pinned. Skips the test when it cannot be had here.</summary>
    protected abstract Task<IRuntimeConfig> OpenAsync();

    /// <summary>An image that the runtime has.</summary>
    protected abstract Task<ImageName> OfferAsync();

    /// <summary>An image that it does not have.</summary>
    protected abstract ImageName Absent();

    /// <summary>Whether the runtime keeps an image, as it says itself.</summary>
    protected abstract Task<bool> IsPinnedAsync(ImageName image);

    /// <summary>Has the runtime started anew.</summary>
    protected abstract Task RestartAsync();

    [SkippableFact]
    public async Task Nothing_is_in_the_way_of_a_node_that_is_set_up() => Assert.Null(await (await OpenAsync()).FaultAsync(default));

    [SkippableFact]
    public async Task Images_are_pinned_and_pinning_them_again_is_harmless()
    {
        var config = await OpenAsync();
        ImageName[] images = [await OfferAsync(), await OfferAsync()];
        for (var i = 0; i < 2; i++)
            Assert.Equal(new PinState(true, null), await config.PinAsync("a-0", images, default));
        foreach (var image in images)
            Assert.True(await IsPinnedAsync(image));
    }

    [SkippableFact]
    public async Task The_images_of_other_sets_stay_pinned_until_they_are_let_go_of()
    {
        var config = await OpenAsync();
        var (old, shared, young) = (await OfferAsync(), await OfferAsync(), await OfferAsync());
        await config.PinAsync("a-0", [old, shared], default);
        await config.PinAsync("b-0", [shared, young], default);
        Assert.True(await IsPinnedAsync(old));

        await config.KeepOnlyAsync("b-0", default);
        await config.KeepOnlyAsync("b-0", default);

        Assert.Equal((false, true, true), (await IsPinnedAsync(old), await IsPinnedAsync(shared), await IsPinnedAsync(young)));
    }

    [SkippableFact]
    public async Task An_image_that_the_runtime_does_not_have_is_not_called_pinned_but_named()
    {
        var config = await OpenAsync();
        var absent = Absent();
        var state = await config.PinAsync("a-0", [await OfferAsync(), absent], default);
        Assert.False(state.Pinned);
        Assert.Contains(absent.ToString(), state.Why?.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_restart_is_told_once_also_to_those_who_ask_later()
    {
        var config = await OpenAsync();
        await RestartAsync();
        await config.RestartedAsync(default).WaitAsync(Eventually.Deadline);

        var next = config.RestartedAsync(default);
        Assert.False(next.IsCompleted);
        await RestartAsync();
        await next.WaitAsync(Eventually.Deadline);
    }

    [SkippableFact]
    public async Task Waiting_for_a_restart_can_be_given_up()
    {
        var config = await OpenAsync();
        using var cancel = new CancellationTokenSource();
        var waiting = config.RestartedAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
