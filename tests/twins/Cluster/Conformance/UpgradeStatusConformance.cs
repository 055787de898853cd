using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;

namespace Handcarry.Twins.Cluster.Conformance;

/// <summary>What every <see cref="IUpgradeStatus"/> does. Each port made in a test is another supervisor's, on the one object.</summary>
public abstract class UpgradeStatusConformance
{
    private static readonly UpgradeStatus Full = new()
    {
        Phase = Phase.Carrying,
        Reason = "NodeMissing",
        Message = "node-3 has not been heard of for 2 minutes; start it, or remove it from the cluster.",
        Bundle = new BundleView(
            $"sha256:{new string('c', 64)}", 12_345, "4.18.2", "x86_64", $"quay.io/openshift-release-dev/ocp-release@sha256:{new string('a', 64)}",
            9_876_543_210, 21_000_000_000, 193, "node-2") { Vouched = true },
        Epoch = 7,
        Findings = [new Finding("EdgeUnknown", "The bundle does not say.", "", Severity.Warning).About("Node", "node-1")],
        FindingsTotal = 70,
        Nodes =
        [
            new NodeView("node-1", Stage.Ready, 9_876_543_210, 193, true, true),
            new NodeView("node-2", Stage.Loading, 9_876_543_210, 17, true, false),
            new NodeView("node-3", Stage.Receiving, 4096, 0, false, false, "Unreachable", "It does not answer — \"timeout\" ✗"),
        ],
        ObservedGeneration = 1,
    };

    protected abstract IUpgradeStatus NewPort();

    protected abstract ValueTask SetSpecAsync(bool hold, string digest);

    protected abstract ValueTask DeleteAsync();

    protected abstract ValueTask<IReadOnlyList<UpgradeEvent>> EventsAsync();

    protected abstract ValueTask SetAwayAsync(bool away);

    [Fact]
    public async Task A_missing_object_is_created_and_waits_for_nothing()
    {
        await using var probe = new WatchProbe<UpgradeSpec>(NewPort().WatchSpecAsync);
        var spec = await probe.UntilAsync(_ => true, "the default spec");
        Assert.Equal(new UpgradeSpec(false, "", 1), spec);
        Assert.Null(await NewPort().ReadAsync(default));
    }

    [Fact]
    public async Task A_changed_spec_is_told_with_its_generation_and_a_status_is_not()
    {
        var port = NewPort();
        await using var probe = new WatchProbe<UpgradeSpec>(port.WatchSpecAsync);
        await probe.UntilAsync(_ => true, "the default spec");
        await port.ReadAsync(default);
        await port.WriteAsync(Full, new SwitchFence(), default);
        await SetSpecAsync(true, "");
        await probe.UntilAsync(s => s == new UpgradeSpec(true, "", 2), "the hold");
        var digest = $"sha256:{new string('d', 64)}";
        await SetSpecAsync(false, digest);
        await probe.UntilAsync(s => s == new UpgradeSpec(false, digest, 3), "the pinned digest");
        Assert.Equal(3, probe.Seen.Count);
    }

    [Fact]
    public async Task A_deleted_object_is_created_again()
    {
        await using var probe = new WatchProbe<UpgradeSpec>(NewPort().WatchSpecAsync);
        await probe.UntilAsync(_ => true, "the default spec");
        await SetSpecAsync(true, "");
        await probe.UntilAsync(s => s.Hold, "the hold");
        await DeleteAsync();
        await probe.UntilAsync(s => !s.Hold, "the default spec again");
    }

    [Fact]
    public async Task A_status_is_read_as_it_was_written()
    {
        var port = NewPort();
        Assert.Null(await port.ReadAsync(default));
        await port.WriteAsync(Full, new SwitchFence(), default);
        AssertSame(Full, await NewPort().ReadAsync(default));
        var bare = new UpgradeStatus { Phase = Phase.Idle };
        await port.WriteAsync(bare, new SwitchFence(), default);
        AssertSame(bare, await NewPort().ReadAsync(default));
    }

    [Fact]
    public async Task Every_phase_and_stage_survives()
    {
        var port = NewPort();
        await port.ReadAsync(default);
        foreach (var phase in Enum.GetValues<Phase>())
        {
            var nodes = Enum.GetValues<Stage>().Select(s => new NodeView($"node-{s}", s, 0, 0, false, false)).ToList();
            var status = new UpgradeStatus { Phase = phase, Nodes = nodes, Epoch = (int)phase };
            await port.WriteAsync(status, new SwitchFence(), default);
            AssertSame(status, await NewPort().ReadAsync(default));
        }
    }

    [Fact]
    public async Task Many_writes_follow_one_reading()
    {
        var port = NewPort();
        await port.ReadAsync(default);
        for (var epoch = 1; epoch <= 5; epoch++)
            await port.WriteAsync(Full with { Epoch = epoch }, new SwitchFence(), default);
        Assert.Equal(5, (await NewPort().ReadAsync(default))!.Epoch);
    }

    [Fact]
    public async Task Without_the_lease_nothing_is_written()
    {
        var port = NewPort();
        await port.ReadAsync(default);
        await port.WriteAsync(Full, new SwitchFence(), default);
        await Assert.ThrowsAsync<StaleWriteException>(
            async () => await port.WriteAsync(Full with { Epoch = 8 }, new SwitchFence(false), default));
        AssertSame(Full, await NewPort().ReadAsync(default));
    }

    [Fact]
    public async Task A_deposed_supervisor_cannot_write_until_it_has_read_again()
    {
        var (old, young) = (NewPort(), NewPort());
        await old.ReadAsync(default);
        await young.ReadAsync(default);
        await young.WriteAsync(Full, new SwitchFence(), default);
        var stale = new UpgradeStatus { Phase = Phase.Idle };
        await Assert.ThrowsAsync<StaleWriteException>(async () => await old.WriteAsync(stale, new SwitchFence(), default));
        await Assert.ThrowsAsync<StaleWriteException>(async () => await old.WriteAsync(stale, new SwitchFence(), default));
        AssertSame(Full, await NewPort().ReadAsync(default));
        AssertSame(Full, await old.ReadAsync(default));
        await old.WriteAsync(stale, new SwitchFence(), default);
        AssertSame(stale, await NewPort().ReadAsync(default));
    }

    [Fact]
    public async Task What_was_never_read_cannot_be_written()
    {
        await SetSpecAsync(false, "");
        await Assert.ThrowsAsync<StaleWriteException>(async () => await NewPort().WriteAsync(Full, new SwitchFence(), default));
        Assert.Null(await NewPort().ReadAsync(default));
    }

    [Fact]
    public async Task A_spec_changed_in_between_makes_the_write_stale()
    {
        var port = NewPort();
        await port.ReadAsync(default);
        await SetSpecAsync(true, "");
        await Assert.ThrowsAsync<StaleWriteException>(async () => await port.WriteAsync(Full, new SwitchFence(), default));
        Assert.Null(await port.ReadAsync(default));
        await port.WriteAsync(Full, new SwitchFence(), default);
    }

    [Fact]
    public async Task A_status_does_not_come_back_to_a_deleted_object()
    {
        var port = NewPort();
        await port.ReadAsync(default);
        await port.WriteAsync(Full, new SwitchFence(), default);
        await DeleteAsync();
        await Assert.ThrowsAsync<StaleWriteException>(async () => await port.WriteAsync(Full, new SwitchFence(), default));
        Assert.Null(await port.ReadAsync(default));
    }

    [Fact]
    public async Task Events_are_recorded()
    {
        var port = NewPort();
        var (good, bad) = (new UpgradeEvent(false, "BundleFound", "A bundle was found."), new UpgradeEvent(true, "DigestMismatch", "A blob is bad.", "node-2"));
        await port.RecordAsync(good, default);
        await port.RecordAsync(bad, default);
        Assert.Equivalent(new[] { good, bad }, await EventsAsync(), strict: true);
    }

    [Fact]
    public async Task An_absent_API_fails_reads_and_writes_and_swallows_events()
    {
        var port = NewPort();
        await using var probe = new WatchProbe<UpgradeSpec>(port.WatchSpecAsync);
        await probe.UntilAsync(_ => true, "the default spec");
        await port.ReadAsync(default);
        await SetAwayAsync(true);
        await Assert.ThrowsAsync<ApiUnavailableException>(async () => await port.ReadAsync(default));
        await Assert.ThrowsAsync<ApiUnavailableException>(async () => await port.WriteAsync(Full, new SwitchFence(), default));
        await port.RecordAsync(new UpgradeEvent(false, "Lost", "Nobody hears this."), default);
        await SetAwayAsync(false);
        await port.WriteAsync(Full, new SwitchFence(), default);
        await SetSpecAsync(true, "");
        await probe.UntilAsync(s => s.Hold, "what changed after the absence");
        Assert.Empty(await EventsAsync());
    }

    private static void AssertSame(UpgradeStatus expected, UpgradeStatus? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Nodes, actual.Nodes);
        Assert.Equal(expected.Findings, actual.Findings);
        Assert.Equal(expected with { Nodes = [], Findings = [] }, actual with { Nodes = [], Findings = [] });
    }
}
