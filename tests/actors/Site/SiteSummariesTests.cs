using System.Collections.Immutable;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Site;
using Handcarry.Actors.Tests.Scenarios;

namespace Handcarry.Actors.Tests.Site;

public sealed class SiteSummariesTests
{
    private static readonly BundleFacts Facts = Bundles.Facts("B");

    [Fact]
    public void The_medium_is_needed_until_one_node_has_all_blobs()
    {
        var state = Carrying(Report("n1", 60) with { Media = [new MediumReport("usb1", "sdb", Facts) { Pace = new MediumPace(10, 4, true) }] }, Report("n2", 20));
        var summary = SiteSummaries.Of("n2", state);
        Assert.True(summary.MediumNeeded);
        Assert.Equal((2, 80L, 60L, 0), (summary.Nodes, summary.BytesHeld, summary.BytesRead, summary.NodesExtracted));
        Assert.Equal(10, summary.Pace!.BytesPerSecond);
        Assert.Equal(["n1"], summary.Sources);

        state = state with { Reports = state.Reports.SetItem("n1", Report("n1", Facts.Size) with { Extracted = true, Stage = Stage.Ready, Pinned = true }) };
        summary = SiteSummaries.Of("n2", state);
        Assert.False(summary.MediumNeeded);
        Assert.Equal((1, 1), (summary.NodesExtracted, summary.NodesReady));
    }

    [Fact]
    public void A_summary_that_says_the_same_is_known_as_such()
    {
        var state = Carrying(Report("n1", 60));
        Assert.True(SiteSummaries.SaysTheSame(SiteSummaries.Of("n1", state), SiteSummaries.Of("n1", state)));
        Assert.False(SiteSummaries.SaysTheSame(SiteSummaries.Of("n1", state), SiteSummaries.Of("n1", state with { Acting = false })));
    }

    [Fact]
    public void Who_draws_from_whom_is_told()
    {
        var whole = SiteSummaries.Whole("n1", Carrying(Report("n1", 60), Report("n2", 20)));
        Assert.Equal("n1", Assert.Single(whole.Draws, draw => draw.Key == "n2").Value);
    }

    private static SupervisorState Carrying(params NodeReport[] reports) => SupervisorState.Initial with
    {
        Acting = true,
        Status = new UpgradeStatus
        {
            Phase = Phase.Carrying,
            Bundle = new BundleView(Facts.Commitment, Facts.InventorySize, Facts.Version, Facts.Arch, Facts.Release, Facts.Size, Facts.UnpackedSize, Facts.Images, "n1"),
        },
        Reports = reports.ToImmutableSortedDictionary(report => report.Node, report => report, StringComparer.Ordinal),
        Plans = reports.ToImmutableSortedDictionary(
            report => report.Node,
            report => new CarryPlan(1, Facts, report.Node == "n1" ? "usb1" : "", report.Node == "n1" ? null : Peer("n1")),
            StringComparer.Ordinal),
    };

    private static NodeReport Report(string node, long held) => new() { Node = node, Self = Peer(node), Stage = Stage.Receiving, Commitment = Facts.Commitment, BytesHeld = held };

    private static Peer Peer(string node) => new(node, $"akka.ssl.tcp://handcarry@{node}:9240", $"https://{node}:9241/");
}
