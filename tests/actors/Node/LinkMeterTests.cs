using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Streams.Content;
using Handcarry.Streams.Replication;

namespace Handcarry.Actors.Tests.Node;

public sealed class LinkMeterTests
{
    private readonly LinkMeter _meter = new();

    [Fact]
    public void A_holder_that_stays_ahead_is_measured_over_five_seconds()
    {
        Assert.Null(Look(0, "n1", 0, true));
        Assert.Null(Look(4, "n1", 40_000, true));
        Assert.Equal(new LinkReport("n1", 10_000, true), Look(5, "n1", 50_000, true));
        Assert.Null(Look(9, "n1", 55_000, true));
        Assert.Equal(new LinkReport("n1", 2_000, true), Look(10, "n1", 60_000, true));
    }

    [Fact]
    public void Time_in_which_nothing_comes_does_not_make_a_link_slow()
    {
        Assert.Null(Look(0, "n1", 0, true));
        Assert.Null(Look(3, "n1", 30_000, true));
        Assert.Null(Look(4, "n1", 30_000, true));
        Assert.Null(Look(5, "n1", 30_000, true));
        Assert.Null(Look(9, "n1", 70_000, true));
        Assert.Equal(new LinkReport("n1", 10_000, true), Look(10, "n1", 80_000, true));
    }

    [Fact]
    public void A_link_over_which_something_comes_only_every_other_second_is_slow()
    {
        Assert.Null(Look(0, "n1", 0, true));
        Assert.Null(Look(1, "n1", 16_000, true));
        Assert.Null(Look(2, "n1", 16_000, true));
        Assert.Null(Look(3, "n1", 32_000, true));
        Assert.Null(Look(4, "n1", 32_000, true));
        Assert.Equal(new LinkReport("n1", 9_600, true), Look(5, "n1", 48_000, true));
    }

    [Fact]
    public void Time_in_which_a_node_keeps_up_is_not_mixed_with_time_in_which_it_does_not()
    {
        Assert.Null(Look(0, "n1", 0, true));
        Assert.Null(Look(4, "n1", 40_000, false));
        Assert.Null(Look(6, "n1", 60_000, true));
        Assert.Null(Look(10, "n1", 65_000, true));
        Assert.Equal(new LinkReport("n1", 2_000, true), Look(11, "n1", 70_000, true));
        Assert.Null(Look(12, "n1", 70_000, false));
        Assert.Null(Look(17, "n1", 75_000, false));
        Assert.Null(Look(18, "n1", 76_000, true));
        Assert.Equal(new LinkReport("n1", 1_000, true), Look(23, "n1", 81_000, true));
    }

    [Fact]
    public void What_came_from_another_holder_is_not_counted()
    {
        Assert.Null(Look(0, "n1", 0, true));
        Assert.Null(Look(5, "n2", 1_000_000, true));
        Assert.Equal(new LinkReport("n2", 10, true), Look(10, "n2", 1_000_050, true));
        Assert.Null(Look(20, "", 2_000_000, true));
    }

    [Theory]
    [InlineData("0-3", "", "0-2", 0, true)] // one blob that is complete there and not here
    [InlineData("0-3", "4", "0-3", 0, true)] // five chunks of one that is coming in there, none here
    [InlineData("0-3", "4", "0-3", 1, false)] // four more than here are on their way
    [InlineData("0-3", "4", "0-4", 0, false)] // it is here, and is coming in there anew
    [InlineData("", "4", "", 5, false)]
    public void A_holder_is_ahead_when_it_has_more_than_is_on_its_way(string complete, string growing, string held, int chunksHere, bool ahead) =>
        Assert.Equal(ahead, LinkMeter.IsAhead(BlobSet.Parse(complete, 9), BlobSet.Parse(growing, 9), growing.Length > 0 ? [5L * BlobSpec.ChunkSize] : [], BlobSet.Parse(held, 9), _ => chunksHere * (long)BlobSpec.ChunkSize));

    [Fact]
    public void What_a_holder_tells_of_other_blobs_than_it_names_is_not_believed()
    {
        var growing = BlobSet.Parse("4-5", 9);
        Assert.False(LinkMeter.IsAhead(BlobSet.Empty, growing, [], BlobSet.Empty, _ => 0));
        Assert.False(LinkMeter.IsAhead(BlobSet.Empty, growing, [long.MinValue, -1, long.MaxValue], BlobSet.Empty, _ => 0));
    }

    [Fact]
    public void A_node_that_keeps_up_tells_what_came_while_its_holder_had_something_for_it()
    {
        const long chunk = BlobSpec.ChunkSize;
        Assert.Null(Look(0, "n1", 0, false));
        Assert.Equal(new LinkReport("n1", chunk * 2, false), Look(5, "n1", chunk * 4, false, (chunk * 4, TimeSpan.FromSeconds(2))));
        Assert.Equal(new LinkReport("n1", chunk, false), Look(10, "n1", chunk * 5, false, (chunk * 5, TimeSpan.FromSeconds(3))));
    }

    [Fact]
    public void Less_than_a_chunk_tells_nothing_of_a_link_that_waits()
    {
        Assert.Null(Look(0, "n1", 0, false));
        Assert.Null(Look(5, "n1", 100_000, false, (100_000, TimeSpan.FromMilliseconds(1))));
    }

    private LinkReport? Look(int second, string from, long drawn, bool behind, (long Bytes, TimeSpan Time) flow = default) =>
        _meter.Look(TimeSpan.FromSeconds(second), from, drawn, flow, behind);
}
