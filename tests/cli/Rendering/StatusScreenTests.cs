using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Cli.Rendering;

namespace Handcarry.Cli.Tests.Rendering;

public sealed class StatusScreenTests
{
    [Fact]
    public void A_site_with_nothing_to_do_says_so_in_three_lines() => Assert.Equal(
        """
        Phase       Idle
        Version     4.12.0
        Supervisor  node-1

        """,
        PlainText.Of(StatusScreen.Of(Replies.Idle)));

    [Fact]
    public void A_bundle_on_its_way_shows_per_node_what_it_holds_and_what_it_waits_for() => Assert.Equal(
        """
        Phase       Carrying
        Version     4.12.0 -> 4.13.0 (x86_64)
        Message     Carrying 4.13.0 to 3 nodes; leave the medium in node-2.
        Bundle      10.0 GiB, 190 images, sha256:0123456789ab, from node-2
        Supervisor  node-1

        NODE    STAGE      HOLDS          IMAGES   MEDIA                                     REASON
        node-1  Receiving  2.00 GiB 20%   5/190    -                                         -
        node-2  Loading    10.0 GiB 100%  151/190  sdb (4.13.0 x86_64), sdc (InvalidBundle)  -
        node-3  Receiving  512 MiB 5%     0/190    -                                         no report of its agent; NoSpace: The file system of /var has 1.0 GiB left, 9.5 GiB are needed.

        """,
        PlainText.Of(StatusScreen.Of(Replies.Carrying)));

    [Fact]
    public void A_supervisor_without_its_lease_and_a_reason_are_told()
    {
        var reply = Replies.Idle with { Acting = false, Status = new UpgradeStatus { Phase = Phase.Refused, Reason = "DigestMismatch", Message = "Bytes do not match." } };
        Assert.Equal(
            """
            Phase       Refused (DigestMismatch)
            Version     4.12.0
            Message     Bytes do not match.
            Supervisor  node-1 (waits for its lease and decides nothing)

            """,
            PlainText.Of(StatusScreen.Of(reply)));
    }

    [Fact]
    public void Hundred_percent_is_said_only_of_everything()
    {
        var nodes = new[] { new NodeView("n", Stage.Receiving, (10L << 30) - 1, 189, false, false) };
        var reply = Replies.Carrying with { Status = Replies.Carrying.Status with { Nodes = nodes }, Reports = [] };
        Assert.Equal("10.0 GiB 99%", StatusScreen.Of(reply).Rows[0][2]);
    }

    [Fact]
    public void A_report_about_another_bundle_does_not_count_for_this_one()
    {
        var other = Replies.Report("node-1") with { Commitment = "sha256:ff", BytesHeld = 7L << 30, ImagesLoaded = 99 };
        var reply = Replies.Carrying with { Reports = [other] };
        Assert.Equal("1.00 GiB 10%", StatusScreen.Of(reply).Rows[0][2]);
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.00 KiB")]
    [InlineData(10230, "9.99 KiB")]
    [InlineData(10240, "10.0 KiB")]
    [InlineData(102300, "99.9 KiB")]
    [InlineData(1048575, "1.00 MiB")]
    [InlineData(long.MaxValue, "8.00 EiB")]
    public void Bytes_are_written_with_three_digits(long bytes, string text) => Assert.Equal(text, HumanBytes.Of(bytes));

    [Fact]
    public void A_medium_that_is_read_shows_how_fast_and_how_long_still()
    {
        var facts = new BundleFacts(Replies.Commitment, 1, "4.13.0", "x86_64", "r", 1, 1, 1);
        var reading = Replies.Idle with { Reports = [Replies.Report("n") with { Media = [new MediumReport("1", "/dev/sdb", facts) { Pace = new MediumPace(4_080_000, 2341, true) }] }] };
        Assert.Equal("/dev/sdb (4.13.0 x86_64, read at 4.1 MB/s, 40 minutes left)", StatusScreen.Of(reading).Rows[0][4]);
    }

    [Theory]
    [InlineData(0, "a minute")]
    [InlineData(60, "a minute")]
    [InlineData(61, "2 minutes")]
    [InlineData(5999, "100 minutes")]
    [InlineData(6000, "1.7 hours")]
    public void Time_left_is_told_as_people_tell_it(long seconds, string text) => Assert.Equal($"1.0 MB/s, {text} left", new MediumPace(1_000_000, seconds, false).ToString());

    [Fact]
    public void Changes_name_only_what_is_different()
    {
        Assert.Equal(8, Changes.Between(null, Answered(Replies.Carrying)).Count());
        Assert.Empty(Changes.Between(Answered(Replies.Carrying), Answered(Replies.Carrying)));
        Assert.Equal(
            [
                "node-1: Ready, holds 10.0 GiB 100%, images 190/190",
                "node-2: gone",
                "node-3: gone",
            ],
            Changes.Between(Answered(Replies.Carrying), Answered(Replies.Carrying with
            {
                Status = Replies.Carrying.Status with { Nodes = [] },
                Reports = [Replies.Report("node-1") with { Stage = Stage.Ready, Commitment = Replies.Commitment, BytesHeld = 10L << 30, ImagesLoaded = 190 }],
            })));
    }

    private static ClientReply Answered(StatusReply reply) => new("node-1") { Status = reply };
}
