using Handcarry.Actors.Cluster;

namespace Handcarry.Twins.Cluster.Conformance;

/// <summary>What every <see cref="IPinnedImageSets"/> does.</summary>
public abstract class PinnedImageSetsConformance
{
    private static readonly SwitchFence Held = new();
    private static readonly string First = Digest('a');
    private static readonly string Second = Digest('b');
    private static readonly string[] Images = ["quay.io/openshift-release-dev/ocp-release@" + Digest('1'), "quay.io/openshift-release-dev/ocp-v4.0-art-dev@" + Digest('2')];

    protected abstract IPinnedImageSets Port { get; }

    /// <summary>From here on the cluster has the API, and a pool that refers to these sets of somebody else.</summary>
    protected abstract ValueTask AddPoolAsync(string name, params string[] others);

    /// <summary>The node's daemon reports all sets that are there as pinned, or why it cannot pin them.</summary>
    protected abstract ValueTask ReportAsync(string node, string fault = "");

    /// <summary>Images of all sets of ours, in ordinal order.</summary>
    protected abstract ValueTask<IReadOnlyList<string>> PinnedAsync();

    /// <summary>How many sets of ours a pool refers to, and which others.</summary>
    protected abstract ValueTask<(int Ours, IReadOnlyList<string> Others)> ReferencesAsync(string pool);

    protected abstract ValueTask SetAwayAsync(bool away);

    [Fact]
    public async Task Every_pool_refers_to_the_images_besides_what_others_have_put_there()
    {
        await AddPoolAsync("master");
        await AddPoolAsync("worker", "their-own");
        await PinAsync(First, "n1");
        Assert.Equal(Images, await PinnedAsync());
        Assert.Equal(1, (await ReferencesAsync("master")).Ours);
        Assert.Equivalent((1, (IReadOnlyList<string>)["their-own"]), await ReferencesAsync("worker"));
    }

    [Fact]
    public async Task It_is_done_once_every_node_reports_them()
    {
        await AddPoolAsync("worker");
        var waits = await PinAsync(First, "n1", "n2");
        Assert.Equal(PinnedSets.Waiting, waits.Reason);
        await ReportAsync("n1");
        waits = await PinAsync(First, "n1", "n2");
        Assert.Contains("n2", waits.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("n1", waits.Message, StringComparison.Ordinal);
        await ReportAsync("n2");
        Assert.Equal(new PinnedSets(First), await PinAsync(First, "n1", "n2"));
    }

    [Fact]
    public async Task A_node_that_cannot_pin_them_is_named_with_what_its_daemon_says_until_it_can()
    {
        await AddPoolAsync("worker");
        await PinAsync(First, "n1", "n2");
        await ReportAsync("n2", "no room for images");
        var failed = await PinAsync(First, "n1", "n2");
        Assert.Equal(PinnedSets.Failed, failed.Reason);
        Assert.Contains("n2", failed.Message, StringComparison.Ordinal);
        Assert.Contains("no room for images", failed.Message, StringComparison.Ordinal);
        await ReportAsync("n1");
        await ReportAsync("n2");
        Assert.True((await PinAsync(First, "n1", "n2")).Done);
    }

    [Fact]
    public async Task The_previous_releases_images_stay_until_only_one_is_to_be_kept()
    {
        await AddPoolAsync("worker", "their-own");
        await PinAsync(First, "n1");
        await PinAsync(Second, "n1");
        Assert.Equal(2, (await ReferencesAsync("worker")).Ours);
        await Port.KeepOnlyAsync(Second, Held, default);
        await Port.KeepOnlyAsync(Second, Held, default);
        Assert.Equal(Images, await PinnedAsync());
        Assert.Equivalent((1, (IReadOnlyList<string>)["their-own"]), await ReferencesAsync("worker"));
    }

    [Fact]
    public async Task A_bundle_that_is_not_used_is_let_go_of_and_the_other_stays()
    {
        await AddPoolAsync("worker", "their-own");
        await PinAsync(First, "n1");
        await ReportAsync("n1");
        await PinAsync(Second, "n1");
        await Port.DropAsync(Second, Held, default);
        await Port.DropAsync(Second, Held, default);
        Assert.Equivalent((1, (IReadOnlyList<string>)["their-own"]), await ReferencesAsync("worker"));
        Assert.True((await PinAsync(First, "n1")).Done);
    }

    [Fact]
    public async Task A_cluster_without_the_API_has_nothing_to_wait_for()
    {
        Assert.Equal(new PinnedSets(First), await PinAsync(First, "n1"));
        await Port.KeepOnlyAsync(First, Held, default);
        await Port.DropAsync(First, Held, default);
        Assert.Empty(await PinnedAsync());
    }

    [Fact]
    public async Task Without_the_lease_nothing_is_changed()
    {
        await AddPoolAsync("worker");
        var lost = new SwitchFence(false);
        await Assert.ThrowsAsync<StaleWriteException>(async () => await Port.PinAsync(First, Images, ["n1"], lost, default));
        Assert.Empty(await PinnedAsync());
        await PinAsync(First, "n1");
        await Assert.ThrowsAsync<StaleWriteException>(async () => await Port.DropAsync(First, lost, default));
        Assert.Equal(Images, await PinnedAsync());
        Assert.Equal(1, (await ReferencesAsync("worker")).Ours);
    }

    [Fact]
    public async Task An_absent_API_is_told()
    {
        await AddPoolAsync("worker");
        await SetAwayAsync(true);
        await Assert.ThrowsAsync<ApiUnavailableException>(async () => await PinAsync(First, "n1"));
        await Assert.ThrowsAsync<ApiUnavailableException>(async () => await Port.KeepOnlyAsync(First, Held, default));
    }

    protected static string Digest(char digit) => "sha256:" + new string(digit, 64);

    private ValueTask<PinnedSets> PinAsync(string commitment, params string[] nodes) => Port.PinAsync(commitment, Images, nodes, Held, default);
}
