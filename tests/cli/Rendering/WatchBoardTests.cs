using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Cli.Rendering;
using Handcarry.Twins;

namespace Handcarry.Cli.Tests.Rendering;

public sealed class WatchBoardTests
{
    private const long GiB = 1L << 30;

    private readonly ManualTime _time = new();
    private readonly WatchBoard _board;

    public WatchBoardTests() => _board = new WatchBoard(_time);

    [Fact]
    public void A_node_shows_how_fast_it_gets_on_and_how_long_that_takes()
    {
        Assert.Equal(["node-1", "Receiving", "2.00 GiB 20%", "5/190", "-", "-", "-"], Row("node-1", 2 * GiB));
        for (var held = 2 * GiB; held < 4 * GiB; held += GiB / 4)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Row("node-1", held + (GiB / 4));
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["256 MiB/s", "23 s"], Row("node-1", (4 * GiB) + (GiB / 4))[4..6]);
    }

    [Fact]
    public void One_that_stands_still_has_no_end_in_sight_and_one_that_has_all_needs_none()
    {
        Row("node-1", GiB);
        for (var second = 0; second < 120; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Row("node-1", GiB);
        }

        Assert.Equal(["0 B/s", "?"], Row("node-1", GiB)[4..6]);
        Assert.Equal(["-", "-"], Row("node-1", 10 * GiB)[4..6]);
    }

    [Fact]
    public void One_that_begins_anew_is_measured_anew()
    {
        Row("node-1", 2 * GiB);
        _time.Advance(TimeSpan.FromSeconds(1));
        Row("node-1", 3 * GiB);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["-", "-"], Row("node-1", GiB)[4..6]);
    }

    [Fact]
    public void The_last_event_of_a_node_is_shown_unless_it_waits_for_something()
    {
        var at = _time.GetUtcNow();
        _board.Heard([new SiteFact("node-1", 2, at.AddSeconds(2), false, "StageChanged", "Stage Waiting -> Receiving."), new SiteFact("node-1", 1, at, false, "AgentStarted", "The agent has started.")]);
        _board.Heard([new SiteFact("node-3", 9, at, false, "StageChanged", "Stage Waiting -> Receiving.")]);
        Assert.EndsWith(" Stage Waiting -> Receiving.", Row("node-1", GiB)[6], StringComparison.Ordinal);
        Assert.Contains("NoSpace: The file system of /var", Row("node-3", GiB)[6], StringComparison.Ordinal);
        Assert.Equal("-", Row("node-2", GiB)[6]);
    }

    private List<string> Row(string node, long held)
    {
        var reply = Replies.Carrying with { Reports = [.. Replies.Carrying.Reports.Select(report => report.Node == "node-1" && node == "node-1" ? report with { BytesHeld = held } : report)] };
        var screen = _board.Show(new ClientReply("node-1") { Status = reply });
        Assert.Equal(["NODE", "STAGE", "HOLDS", "IMAGES", "SPEED", "LEFT", "LAST EVENT"], screen.Columns);
        return [.. screen.Rows.Single(row => row[0] == node)];
    }
}
