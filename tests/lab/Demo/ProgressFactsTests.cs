using Handcarry.Lab.Demo;
using Handcarry.Lab.Site;

namespace Handcarry.Lab.Tests.Demo;

public sealed class ProgressFactsTests
{
    private static readonly UpgradeProgress Carrying = new(
        "Carrying", "", "Do not remove the medium.", 1000, 4, [new NodeProgress("node-1", "Receiving", 500, 1, "")]);

    [Fact]
    public void A_new_phase_and_a_new_stage_are_told_once()
    {
        var first = SiteView.None with { Upgrade = Carrying };
        var more = first with { Upgrade = Carrying with { Nodes = [new NodeProgress("node-1", "Receiving", 900, 3, "")] } };

        Assert.Equal(["phase", "stage"], ProgressFacts.Between(SiteView.None, first).Select(static fact => fact.Name));
        Assert.Empty(ProgressFacts.Between(first, more));
    }

    [Fact]
    public void What_the_operator_says_is_told_when_it_changes()
    {
        var before = SiteView.None with { Version = new VersionView("", "Cluster version is 1", []) };
        var after = SiteView.None with { Version = new VersionView("", "Working towards 2", []) };

        Assert.Equal("ClusterVersion: Working towards 2", Assert.Single(ProgressFacts.Between(before, after)).Text);
    }
}
