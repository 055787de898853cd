using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Actors.Site;
using Handcarry.Agent.Web.Page;
using Handcarry.Twins;

namespace Handcarry.Agent.Web.Tests;

public sealed class SeenEventsTests
{
    private readonly SeenEvents _events = new(new ManualTime());

    [Fact]
    public void A_new_phase_is_an_event_and_progress_is_none()
    {
        _events.Notice(ShownSite.Carrying(3, 10).Summary!);
        _events.Notice(ShownSite.Carrying(3, 20).Summary!);
        _events.Notice(ShownSite.At(Phase.Held, "Held by the administrator.").Summary!);
        Assert.Equal(["Held: Held by the administrator.", "Carrying: The bundle is carried to all nodes."], _events.Newest.Select(static seen => seen.What));
    }

    [Fact]
    public void A_supervisor_that_moves_is_an_event()
    {
        var summary = ShownSite.Carrying(3).Summary!;
        _events.Notice(summary);
        _events.Notice(summary with { Supervisor = "n2", Acting = false });
        Assert.Equal(["The supervisor on n2 may not act: it does not hold the lease.", "The supervisor is now on n2; it was on n1."], _events.Newest.Take(2).Select(static seen => seen.What));
    }

    [Fact]
    public void A_node_that_reaches_a_stage_or_gets_into_trouble_is_an_event()
    {
        var nodes = ShownSite.Carrying(2).Reports;
        _events.Notice(nodes);
        Assert.Empty(_events.Newest);
        _events.Notice([nodes[0] with { Stage = Stage.Ready }, nodes[1] with { Reason = "NoSpace", Message = "No room." }]);
        Assert.Equal([("n2", "No room.", "NoSpace"), ("n1", "Ready.", "")], _events.Newest.Select(static seen => (seen.Node, seen.What, seen.Reason)));
    }

    [Fact]
    public void What_the_node_remembers_from_before_it_was_started_is_there_and_its_phase_is_not_told_again()
    {
        var summary = ShownSite.Carrying(3).Summary!;
        var at = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
        _events.Remember(
        [
            new SiteFact("n1", 1, at, false, "PhaseChanged", SiteChronicle.PhaseOf(summary)),
            new SiteFact("n1", 2, at.AddSeconds(1), true, "NoSpace", "No room."),
        ]);
        _events.Notice(summary);
        Assert.Equal([("n1", "No room.", "NoSpace", at.AddSeconds(1)), ("", SiteChronicle.PhaseOf(summary), "", at)], _events.Newest.Select(static seen => (seen.Node, seen.What, seen.Reason, seen.At)));
        _events.Notice(ShownSite.At(Phase.Held, "Held by the administrator.").Summary!);
        Assert.Equal("Held: Held by the administrator.", _events.Newest[0].What);
    }

    [Fact]
    public void Only_so_many_are_kept()
    {
        for (var i = 0; i < 2 * SeenEvents.Kept; i++)
            _events.Notice(ShownSite.At(Phase.Failed, "No.", $"Reason{i}").Summary!);
        Assert.Equal((SeenEvents.Kept, "Reason199"), (_events.Newest.Count, _events.Newest[0].Reason));
    }
}
