using Handcarry.Lab.Api.Storage;

namespace Handcarry.Lab.Tests.Api.Storage;

public sealed class ChangeFeedTests
{
    [Fact]
    public void A_watch_that_has_just_ended_by_itself_can_still_be_cut_off()
    {
        var forgotten = 0;
        var feed = new ChangeFeed(_ => forgotten++);
        feed.Dispose();
        feed.Drop();
        Assert.Equal(1, forgotten);
    }

    [Fact]
    public void A_watch_that_is_cut_off_is_told_so()
    {
        using var feed = new ChangeFeed(static _ => { });
        var dropped = feed.Dropped;
        feed.Drop();
        Assert.True(dropped.IsCancellationRequested);
    }
}
