using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Site;

namespace Handcarry.Actors.Tests.Site;

public sealed class SiteChronicleTests
{
    private static readonly NodeReport Report = new() { Node = "n1", Self = new Peer("n1", "a", "b"), Stage = Stage.Waiting };
    private static readonly SiteSummary Summary = new() { Supervisor = "n1", Acting = true, Phase = Phase.Idle };

    [Fact]
    public void The_first_report_of_an_agent_says_that_it_has_started() =>
        Assert.Equal([(false, "AgentStarted", "The agent has started; stage Waiting.")], SiteChronicle.Between(null, Report));

    [Fact]
    public void Numbers_that_grow_are_not_worth_remembering()
    {
        var before = Report with { Reason = "StoreProving", Message = "1 of 9 GB." };
        Assert.Empty(SiteChronicle.Between(before, before with { BytesHeld = 7, Message = "2 of 9 GB.", DrawnBytes = 5 }));
    }

    [Fact]
    public void Stages_problems_and_their_end_are()
    {
        var short_ = Report with { Stage = Stage.Receiving, Reason = "NoSpace", Message = "Full." };
        Assert.Equal([(false, "StageChanged", "Stage Waiting -> Receiving."), (true, "NoSpace", "Full.")], SiteChronicle.Between(Report, short_));
        Assert.Equal([(false, "Resolved", "NoSpace is over.")], SiteChronicle.Between(short_, short_ with { Reason = "", Message = "" }));
    }

    [Fact]
    public void Media_come_turn_out_bad_and_go()
    {
        var bad = Report with { Media = [new MediumReport("1", "sdb", null, "NotABundle", "It is none.")] };
        Assert.Equal([(true, "NotABundle", "sdb: It is none.")], SiteChronicle.Between(Report, bad));
        Assert.Equal([(false, "MediumGone", "sdb was taken out.")], SiteChronicle.Between(bad, Report));
        Assert.Empty(SiteChronicle.Between(bad, bad));
    }

    [Fact]
    public void A_phase_is_told_once_and_only_by_a_supervisor_that_decides()
    {
        var carrying = Summary with { Phase = Phase.Carrying, BundleVersion = "4.13.0", Message = "Carrying." };
        Assert.Equal([(false, "PhaseChanged", "Phase Carrying 4.13.0. Carrying.")], SiteChronicle.Between(Summary, carrying));
        Assert.Empty(SiteChronicle.Between(carrying, carrying with { BytesHeld = 9 }));
        Assert.Empty(SiteChronicle.Between(Summary, carrying with { Acting = false }));
        Assert.Equal([(true, "DigestMismatch", "Phase Failed.")], SiteChronicle.Between(Summary, Summary with { Phase = Phase.Failed, Reason = "DigestMismatch" }));
    }

    [Fact]
    public void A_supervisor_that_moves_is_told() =>
        Assert.Equal([(false, "SupervisorMoved", "The supervisor has moved from n1 to n2.")], SiteChronicle.Between(Summary, Summary with { Supervisor = "n2" }));
}
