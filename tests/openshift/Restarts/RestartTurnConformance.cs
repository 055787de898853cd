using Handcarry.Hosts.OpenShift.Restarts;
using Handcarry.Twins;

namespace Handcarry.Hosts.OpenShift.Tests.Restarts;

/// <summary>Three nodes that want to restart their runtimes.</summary>
public abstract class RestartTurnConformance : IAsyncLifetime
{
    /// <summary>Two clocks that go alike, so that of <see cref="_pauses"/> nothing waits but a turn that is kept.</summary>
    private readonly ManualTime _pauses = new(), _leases = new();
    private readonly HashSet<string> _answering = [];
    private readonly List<RestartTurn> _turns = [];
    private readonly List<string> _told = [];

    private protected abstract IOutlookSite Site { get; }

    public virtual Task InitializeAsync()
    {
        foreach (var node in (string[])["node-1", "node-2", "node-3"])
        {
            Site.SetNode(node);
            Answer(node, true);
        }
        return Task.CompletedTask;
    }

    public virtual async Task DisposeAsync()
    {
        foreach (var turn in _turns)
            await turn.DisposeAsync();
    }

    [Fact]
    public async Task Three_nodes_restart_one_after_the_other()
    {
        var waiting = new List<(string Node, RestartTurn Turn)> { ("node-1", Turn("node-1")), ("node-2", Turn("node-2")), ("node-3", Turn("node-3")) };
        while (waiting.Count > 0)
        {
            var taken = new List<(string Node, RestartTurn Turn)>();
            await EventuallyAsync(async () =>
            {
                var asked = await Task.WhenAll(waiting.Select(async one => (One: one, Refusal: await one.Turn.TakeAsync(default))));
                Assert.All(asked, one => Assert.True(one.Refusal is null || one.Refusal.Contains("one does at a time", StringComparison.Ordinal), one.Refusal));
                taken.AddRange(asked.Where(static one => one.Refusal is null).Select(static one => one.One));
                return taken.Count > 0;
            });
            var (node, turn) = Assert.Single(taken);
            Answer(node, false);
            await PassAsync(40);
            foreach (var other in waiting.Where(other => other.Node != node))
                Assert.Equal($"Node {node} is restarting its container runtime, and one does at a time: node {other.Node} comes after it.", await other.Turn.TakeAsync(default));
            Answer(node, true);
            turn.Done();
            waiting.Remove((node, turn));
        }
        Assert.Empty(_told);
    }

    [Fact]
    public async Task The_turn_is_given_back_only_when_the_runtime_answers_and_the_node_is_Ready()
    {
        var (one, two) = (Turn("node-1"), Turn("node-2"));
        Assert.Null(await one.TakeAsync(default));
        Answer("node-1", false);
        Site.SetNode("node-1", ready: false);
        one.Done();
        await PassAsync(90);
        Assert.Contains("node-1 is restarting", await two.TakeAsync(default), StringComparison.Ordinal);
        Answer("node-1", true);
        await PassAsync(90);
        Assert.Contains("node-1 is restarting", await two.TakeAsync(default), StringComparison.Ordinal);
        Site.SetNode("node-1");
        await EventuallyAsync(async () => await two.TakeAsync(default) is null);
        Assert.Empty(_told);
    }

    [Fact]
    public async Task What_the_restart_has_broken_may_be_put_right_by_another_in_the_same_turn()
    {
        var (one, two) = (Turn("node-1"), Turn("node-2"));
        Assert.Null(await one.TakeAsync(default));
        Answer("node-1", false);
        Site.SetNode("node-1", ready: false);
        one.Done();
        await PassAsync(10);
        Assert.Null(await one.TakeAsync(default));
        Site.SetNode("node-2", ready: false);
        Assert.Contains("not Ready", await two.TakeAsync(default), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_is_not_well_does_not_take_the_turn()
    {
        var (one, two) = (Turn("node-1"), Turn("node-2"));
        Site.SetNode("node-1", configDone: false);
        Assert.Contains("machine config daemon", await one.TakeAsync(default), StringComparison.Ordinal);
        Site.SetVersion(progressing: "Working towards 4.18.2");
        Assert.Contains("being upgraded", await two.TakeAsync(default), StringComparison.Ordinal);
        Assert.Equal("", await Site.Lease("x", _leases).HolderAsync(default));
        Site.SetVersion(progressing: null);
        Assert.Null(await two.TakeAsync(default));
    }

    [Fact]
    public async Task The_turn_of_a_node_that_died_is_taken_over_after_its_time()
    {
        var (one, two, three) = (Turn("node-1"), Turn("node-2"), Turn("node-3"));
        Assert.Null(await one.TakeAsync(default));
        await DieAsync(one);
        Assert.NotNull(await two.TakeAsync(default));
        Advance(TimeSpan.FromSeconds(59.9));
        Assert.NotNull(await two.TakeAsync(default));
        Advance(TimeSpan.FromSeconds(0.1));
        Assert.Null(await two.TakeAsync(default));
        Assert.NotNull(await three.TakeAsync(default));
    }

    [Fact]
    public async Task An_agent_that_comes_back_ends_the_turn_that_it_left()
    {
        var (one, two) = (Turn("node-1"), Turn("node-2"));
        Assert.Null(await one.TakeAsync(default));
        await DieAsync(one);
        Answer("node-1", false);
        Turn("node-1").Resume();
        await PassAsync(90);
        Assert.NotNull(await two.TakeAsync(default));
        Answer("node-1", true);
        await EventuallyAsync(async () => await two.TakeAsync(default) is null);
    }

    [Fact]
    public async Task An_agent_that_left_no_turn_takes_none()
    {
        var (one, two) = (Turn("node-1"), Turn("node-2"));
        Assert.Null(await two.TakeAsync(default));
        one.Resume();
        await PassAsync(10);
        Assert.Equal("node-2", await Site.Lease("x", _leases).HolderAsync(default));
        Assert.Empty(_told);
    }

    [Fact]
    public async Task A_turn_that_is_lost_in_the_middle_is_told_and_left_to_whoever_has_it()
    {
        var (one, two, three) = (Turn("node-1"), Turn("node-2"), Turn("node-3"));
        Assert.Null(await one.TakeAsync(default));
        await PassAsync(1);
        Assert.NotNull(await two.TakeAsync(default));
        await Site.SetAwayAsync(true);
        await PassAsync(31);
        Assert.Contains("cannot be asked", await one.TakeAsync(default), StringComparison.Ordinal);
        await Site.SetAwayAsync(false);
        Assert.Null(await two.TakeAsync(default));
        one.Done();
        await EventuallyAsync(() => Task.FromResult(_told.Count > 0));
        Assert.Contains("passed to another", Assert.Single(_told), StringComparison.Ordinal);
        Assert.Equal("node-2", await Site.Lease("x", _leases).HolderAsync(default));
        Assert.NotNull(await three.TakeAsync(default));
        Assert.NotNull(await one.TakeAsync(default));
    }

    private RestartTurn Turn(string node)
    {
        var turn = new RestartTurn(node, Site.Lease(node, _leases), Site.OutlookOf(node), _ => ValueTask.FromResult(Answers(node)), Tell, _pauses);
        _turns.Add(turn);
        return turn;
    }

    private async Task DieAsync(RestartTurn turn)
    {
        _turns.Remove(turn);
        await turn.DisposeAsync();
    }

    private void Answer(string node, bool answers)
    {
        lock (_answering)
            _ = answers ? _answering.Add(node) : _answering.Remove(node);
    }

    private bool Answers(string node)
    {
        lock (_answering)
            return _answering.Contains(node);
    }

    private void Tell(string sentence)
    {
        lock (_told)
            _told.Add(sentence);
    }

    /// <summary>So many looks of the one turn that is kept.</summary>
    private async Task PassAsync(int looks)
    {
        for (var look = 0; look < looks; look++)
        {
            await Eventually.HoldsAsync(() => _pauses.Waiting == 1, "the next look");
            Advance(RestartTurn.Tick);
        }
        await Eventually.HoldsAsync(() => _pauses.Waiting == 1, "the last look");
    }

    private Task EventuallyAsync(Func<Task<bool>> condition) => Eventually.HoldsAsync(
        async () =>
        {
            if (await condition())
                return true;
            if (_pauses.Waiting > 0)
                Advance(RestartTurn.Tick);
            return false;
        },
        "the turn");

    private void Advance(TimeSpan by)
    {
        _leases.Advance(by);
        _pauses.Advance(by);
    }
}
