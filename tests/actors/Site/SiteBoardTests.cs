using Handcarry.Actors.Cluster;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Site;
using Handcarry.Twins;

namespace Handcarry.Actors.Tests.Site;

public sealed class SiteBoardTests
{
    private static readonly StatusReply Reply = new("n1", true, "4.12.0", new UpgradeStatus { Phase = Phase.Idle }, []);

    private readonly ManualTime _time = new();
    private readonly SiteBoard _board;
    private int _asked;

    public SiteBoardTests() => _board = new SiteBoard(_time);

    [Fact]
    public async Task All_who_look_within_a_second_cost_one_question()
    {
        var answer = new TaskCompletionSource<StatusReply>();
        _board.AskBy(_ => Asked(answer.Task));
        var first = _board.ReadAsync(default);
        var second = _board.ReadAsync(default);
        answer.SetResult(Reply);
        Assert.Same(Reply, (await first)!.Reply);
        Assert.Same(Reply, (await second)!.Reply);
        await _board.ReadAsync(default);
        Assert.Equal(1, _asked);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _board.ReadAsync(default);
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task The_last_known_view_is_shown_as_such_while_the_supervisor_is_away()
    {
        _board.AskBy(_ => Asked(_asked == 0 ? Task.FromResult(Reply) : Task.FromException<StatusReply>(new TimeoutException())));
        Assert.True((await _board.ReadAsync(default))!.Current);
        var at = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromSeconds(5));
        var later = (await _board.ReadAsync(default))!;
        Assert.Equal((false, at), (later.Current, later.At));
        Assert.Same(Reply, later.Reply);
    }

    [Fact]
    public async Task Nothing_is_shown_before_a_supervisor_was_heard() => Assert.Null(await _board.ReadAsync(default));

    [Fact]
    public async Task Who_waits_for_the_next_summary_gets_it_and_its_age_is_known()
    {
        var next = _board.NextAsync(default);
        Assert.False(next.IsCompleted);
        Assert.Null(_board.Age);
        _board.Hear(new SiteSummary { Supervisor = "n1", Acting = true, Phase = Phase.Held });
        await next;
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal((Phase.Held, TimeSpan.FromSeconds(3)), (_board.Summary!.Phase, _board.Age!.Value));
    }

    private async Task<StatusReply> Asked(Task<StatusReply> answer)
    {
        Interlocked.Increment(ref _asked);
        return await answer;
    }
}
