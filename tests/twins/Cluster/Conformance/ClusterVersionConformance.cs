using Handcarry.Actors.Cluster;

namespace Handcarry.Twins.Cluster.Conformance;

/// <summary>What every <see cref="IClusterVersion"/> does.</summary>
public abstract class ClusterVersionConformance
{
    private static readonly string Digest = $"sha256:{new string('a', 64)}";
    private static readonly string Other = $"sha256:{new string('b', 64)}";
    private static readonly string Image = $"quay.io/openshift-release-dev/ocp-release@{Digest}";
    private static readonly string OtherImage = $"quay.io/openshift-release-dev/ocp-release@{Other}";

    private static readonly ClusterVersionView Running = new(
        "4.18.1", OtherImage, "", true, new HistoryEntry("4.18.1", OtherImage, true) { CompletedAt = new DateTimeOffset(2025, 6, 1, 13, 0, 0, TimeSpan.Zero) },
        new ConditionView(true, "PayloadLoaded", "Payload loaded"), new ConditionView(false, "", "Cluster version is 4.18.1"), null);

    protected abstract IClusterVersion Port { get; }

    /// <summary>The operator shows this in status (everything but <see cref="ClusterVersionView.DesiredImage"/>).</summary>
    protected abstract ValueTask ShowAsync(ClusterVersionView view);

    /// <summary>An administrator desires something.</summary>
    protected abstract ValueTask DesireAsync(string image, string version, bool force);

    protected abstract ValueTask<(string Image, string Version, bool Force)> DesiredAsync();

    /// <summary>Grows with each change of the spec.</summary>
    protected abstract ValueTask<long> SpecChangesAsync();

    protected abstract ValueTask<IReadOnlyList<byte[]>> SignaturesAsync(string releaseDigest);

    protected abstract ValueTask SetAwayAsync(bool away);

    [Fact]
    public async Task What_the_operator_shows_is_told_as_it_changes()
    {
        await ShowAsync(Running);
        await using var probe = new WatchProbe<ClusterVersionView?>(Port.WatchAsync);
        Assert.Equal(Running, await probe.UntilAsync(v => v is not null, "the object as it is"));

        var upgrading = Running with
        {
            Head = new HistoryEntry("4.18.2", Image, false),
            Progressing = new ConditionView(true, "", "Working towards 4.18.2: 7 of 9 done (77% complete)"),
            Failing = new ConditionView(false, "", ""),
        };
        await ShowAsync(upgrading);
        Assert.Equal(upgrading, await probe.UntilAsync(v => v?.Head?.Version == "4.18.2", "the upgrade in progress"));

        var done = Running with { CurrentVersion = "4.18.2", CurrentImage = Image, Head = new HistoryEntry("4.18.2", Image, true) };
        await ShowAsync(done);
        Assert.Equal(done, await probe.UntilAsync(v => v?.Head?.Completed is true && v.CurrentVersion == "4.18.2", "the upgrade done"));
    }

    [Fact]
    public async Task A_request_desires_image_and_version_and_is_not_observed_until_the_operator_says_so()
    {
        await ShowAsync(Running);
        await using var probe = new WatchProbe<ClusterVersionView?>(Port.WatchAsync);
        await probe.UntilAsync(v => v is not null, "the object as it is");
        await Port.RequestUpgradeAsync(Image, "4.18.2", new SwitchFence(), default);
        Assert.Equal((Image, "4.18.2", false), await DesiredAsync());
        var asked = await probe.UntilAsync(v => v?.DesiredImage == Image, "the request");
        Assert.False(asked!.Observed);
        await ShowAsync(Running);
        await probe.UntilAsync(v => v is { Observed: true } && v.DesiredImage == Image, "the operator's having seen it");
    }

    [Fact]
    public async Task Asking_again_changes_nothing()
    {
        await ShowAsync(Running);
        await Port.RequestUpgradeAsync(Image, "4.18.2", new SwitchFence(), default);
        var changes = await SpecChangesAsync();
        await Port.RequestUpgradeAsync(Image, "4.18.2", new SwitchFence(), default);
        Assert.Equal(changes, await SpecChangesAsync());
    }

    [Fact]
    public async Task Force_that_somebody_left_behind_is_taken_out()
    {
        await ShowAsync(Running);
        await DesireAsync(OtherImage, "4.18.1", force: true);
        await Port.RequestUpgradeAsync(Image, "4.18.2", new SwitchFence(), default);
        Assert.Equal((Image, "4.18.2", false), await DesiredAsync());
    }

    [Fact]
    public async Task Without_the_lease_nothing_is_asked()
    {
        await ShowAsync(Running);
        var before = await DesiredAsync();
        await Assert.ThrowsAsync<StaleWriteException>(
            async () => await Port.RequestUpgradeAsync(Image, "4.18.2", new SwitchFence(false), default));
        Assert.Equal(before, await DesiredAsync());
    }

    [Fact]
    public async Task A_request_is_withdrawn_when_it_is_ours_and_the_operator_has_not_begun()
    {
        await ShowAsync(Running);
        await Port.RequestUpgradeAsync(Image, "4.18.2", new SwitchFence(), default);
        await Port.WithdrawUpgradeAsync(OtherImage, new SwitchFence(), default);
        Assert.Equal(Image, (await DesiredAsync()).Image);
        await Port.WithdrawUpgradeAsync(Image, new SwitchFence(), default);
        Assert.Equal("", (await DesiredAsync()).Image);
        await Port.WithdrawUpgradeAsync(Image, new SwitchFence(), default);
    }

    [Fact]
    public async Task A_request_that_the_operator_has_taken_up_stays()
    {
        await ShowAsync(Running);
        await Port.RequestUpgradeAsync(Image, "4.18.2", new SwitchFence(), default);
        await ShowAsync(Running with { DesiredImage = Image, Head = new HistoryEntry("4.18.2", Image, false) });
        await Port.WithdrawUpgradeAsync(Image, new SwitchFence(), default);
        Assert.Equal(Image, (await DesiredAsync()).Image);
    }

    [Fact]
    public async Task Without_the_lease_nothing_is_withdrawn()
    {
        await ShowAsync(Running);
        await Port.RequestUpgradeAsync(Image, "4.18.2", new SwitchFence(), default);
        await Assert.ThrowsAsync<StaleWriteException>(async () => await Port.WithdrawUpgradeAsync(Image, new SwitchFence(false), default));
        Assert.Equal(Image, (await DesiredAsync()).Image);
    }

    [Fact]
    public async Task Signatures_are_put_once_and_can_be_put_again()
    {
        await Port.PutSignaturesAsync(Digest, [[1, 2, 3], [0xff, 0]], default);
        await Port.PutSignaturesAsync(Digest, [[1, 2, 3], [0xff, 0]], default);
        Assert.Equal<byte[]>([[1, 2, 3], [0xff, 0]], await SignaturesAsync(Digest));
        await Port.PutSignaturesAsync(Digest, [[4]], default);
        Assert.Equal<byte[]>([4], (await SignaturesAsync(Digest))[0]);
        Assert.Empty(await SignaturesAsync(Other));
    }

    [Fact]
    public async Task No_signatures_leave_no_trace()
    {
        await Port.PutSignaturesAsync(Digest, [], default);
        Assert.Empty(await SignaturesAsync(Digest));
    }

    [Fact]
    public async Task What_is_not_a_digest_is_refused() =>
        await Assert.ThrowsAsync<FormatException>(async () => await Port.PutSignaturesAsync("../../secrets", [[1]], default));

    [Fact]
    public async Task An_absent_API_is_told_once_and_then_what_has_changed()
    {
        await ShowAsync(Running);
        await using var probe = new WatchProbe<ClusterVersionView?>(Port.WatchAsync);
        await probe.UntilAsync(v => v is not null, "the object as it is");
        await SetAwayAsync(true);
        await probe.UntilAsync(v => v is null, "the absence");
        await Assert.ThrowsAsync<ApiUnavailableException>(
            async () => await Port.RequestUpgradeAsync(Image, "4.18.2", new SwitchFence(), default));
        await Assert.ThrowsAsync<ApiUnavailableException>(async () => await Port.PutSignaturesAsync(Digest, [[1]], default));
        await SetAwayAsync(false);
        Assert.Equal(Running, await probe.UntilAsync(v => v is not null, "the object again"));
        Assert.Equal(1, probe.Seen.Count(v => v is null));
    }
}
