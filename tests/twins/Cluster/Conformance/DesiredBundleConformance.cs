using Handcarry.Actors.Cluster;

namespace Handcarry.Twins.Cluster.Conformance;

/// <summary>What every <see cref="IClusterVersion"/> does where the API server keeps <see cref="DesiredBundle"/>.</summary>
public abstract class DesiredBundleConformance
{
    private static readonly string Digest = $"sha256:{new string('c', 64)}";
    private static readonly string Image = $"quay.io/openshift-release-dev/ocp-release@sha256:{new string('a', 64)}";
    private static readonly DesiredBundle Wish = new("/dev/sdb", Digest, false);

    protected abstract IClusterVersion Port { get; }

    /// <summary>An administrator wants a bundle; null takes back what he wanted.</summary>
    protected abstract ValueTask WishAsync(DesiredBundle? wish);

    protected abstract ValueTask<(string Image, string Version)> DesiredAsync();

    [Fact]
    public async Task A_wish_is_told_and_that_it_was_taken_back()
    {
        await WishAsync(Wish);
        await using var probe = new WatchProbe<ClusterVersionView?>(Port.WatchAsync);
        Assert.Equal("", (await probe.UntilAsync(v => v?.Wish == Wish, "the wish"))!.DesiredImage);
        await WishAsync(null);
        await probe.UntilAsync(v => v is { Wish: null }, "nothing wanted");
    }

    [Fact]
    public async Task A_request_and_its_withdrawal_leave_the_wish_as_it_is()
    {
        await WishAsync(Wish);
        await using var probe = new WatchProbe<ClusterVersionView?>(Port.WatchAsync);
        await probe.UntilAsync(v => v?.Wish == Wish, "the wish");
        await Port.RequestUpgradeAsync(Image, "4.18.2", new SwitchFence(), default);
        Assert.Equal((Image, "4.18.2"), await DesiredAsync());
        await probe.UntilAsync(v => v?.DesiredImage == Image && v.Wish == Wish, "the request beside the wish");
        await Port.WithdrawUpgradeAsync(Image, new SwitchFence(), default);
        Assert.Equal(("", ""), await DesiredAsync());
        await probe.UntilAsync(v => v is { DesiredImage: "" } && v.Wish == Wish, "the wish alone");
    }

    [Fact]
    public async Task A_request_is_not_taken_for_a_wish()
    {
        await WishAsync(null);
        await Port.RequestUpgradeAsync(Image, "4.18.2", new SwitchFence(), default);
        await using var probe = new WatchProbe<ClusterVersionView?>(Port.WatchAsync);
        Assert.Null((await probe.UntilAsync(v => v?.DesiredImage == Image, "the request"))!.Wish);
    }

    [Fact]
    public async Task Nothing_is_asked_while_the_wish_is_to_hold()
    {
        await WishAsync(Wish with { Hold = true });
        await Assert.ThrowsAsync<StaleWriteException>(async () => await Port.RequestUpgradeAsync(Image, "4.18.2", new SwitchFence(), default));
        Assert.Equal(("", ""), await DesiredAsync());
        await WishAsync(Wish);
        await Port.RequestUpgradeAsync(Image, "4.18.2", new SwitchFence(), default);
        Assert.Equal((Image, "4.18.2"), await DesiredAsync());
    }
}
