using Handcarry.Actors.Node;
using Handcarry.Streams.Content;

namespace Handcarry.Twins.Node;

/// <summary>What every <see cref="IMediaSource"/> does. Derive from it, and say how media come and go.</summary>
public abstract class MediaSourceConformance
{
    /// <summary>The source under test, without media. Skips the test when it cannot be had here.</summary>
    protected abstract IMediaSource Open();

    /// <summary>Inserts a medium; <paramref name="name"/> is such as a bundle file has.</summary>
    protected abstract Task InsertAsync(string name, byte[] content);

    /// <summary>Removes it.</summary>
    protected abstract Task RemoveAsync(string name);

    /// <summary>Content of <paramref name="size"/> bytes, a multiple of 512, told apart by <paramref name="seed"/>.</summary>
    protected static byte[] Content(int seed, int size = 256 << 10)
    {
        var content = new byte[size];
        new Random(seed).NextBytes(content);
        return content;
    }

    [SkippableFact]
    public async Task Media_that_are_there_already_are_reported_first()
    {
        var source = Open();
        await InsertAsync("upgrade-a.tar", Content(1));
        await InsertAsync("upgrade-b.tar", Content(2));
        await using var watch = MediaWatch.Begin(source);
        var names = new[] { await watch.NextAsync(), await watch.NextAsync() };
        Assert.All(names, change => Assert.True(change.Present));
        Assert.Equal(2, names.Select(static change => change.Medium.Id).Distinct().Count());
    }

    [SkippableFact]
    public async Task A_medium_that_comes_and_goes_is_reported_both_times()
    {
        var source = Open();
        await using var watch = MediaWatch.Begin(source);
        await InsertAsync("upgrade-a.tar", Content(1));
        var came = await watch.NextAsync();
        await RemoveAsync("upgrade-a.tar");
        var went = await watch.NextAsync();
        Assert.True(came.Present);
        Assert.False(went.Present);
        Assert.Equal(came.Medium, went.Medium);
    }

    [SkippableFact]
    public async Task The_same_medium_inserted_again_has_another_id()
    {
        var source = Open();
        await using var watch = MediaWatch.Begin(source);
        await InsertAsync("upgrade-a.tar", Content(1));
        var first = await watch.NextAsync();
        await RemoveAsync("upgrade-a.tar");
        await watch.NextAsync();
        await InsertAsync("upgrade-a.tar", Content(1));
        var second = await watch.NextAsync();
        Assert.True(second.Present);
        Assert.NotEqual(first.Medium.Id, second.Medium.Id);
    }

    [SkippableFact]
    public async Task A_medium_is_read_from_its_first_byte_to_its_last()
    {
        var source = Open();
        var content = Content(3, 3 << 20);
        await InsertAsync("upgrade-a.tar", content);
        await using var watch = MediaWatch.Begin(source);
        var medium = (await watch.NextAsync()).Medium;
        for (var i = 0; i < 2; i++)
        {
            await using var stream = await source.OpenAsync(medium, default);
            using var read = new MemoryStream();
            await stream.CopyToAsync(read);
            Assert.True(content.AsSpan().SequenceEqual(read.ToArray()));
        }
    }

    [SkippableFact]
    public async Task A_medium_that_is_gone_cannot_be_opened()
    {
        var source = Open();
        await InsertAsync("upgrade-a.tar", Content(1));
        await using var watch = MediaWatch.Begin(source);
        var medium = (await watch.NextAsync()).Medium;
        await RemoveAsync("upgrade-a.tar");
        var refused = await Assert.ThrowsAsync<ContentException>(() => source.OpenAsync(medium, default).AsTask());
        Assert.Equal(Reasons.ReadFailed, refused.Reason);
        Assert.Contains(medium.Name, refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_medium_does_not_open_under_the_id_of_an_earlier_one()
    {
        var source = Open();
        await using var watch = MediaWatch.Begin(source);
        await InsertAsync("upgrade-a.tar", Content(1));
        var first = (await watch.NextAsync()).Medium;
        await RemoveAsync("upgrade-a.tar");
        await watch.NextAsync();
        await InsertAsync("upgrade-a.tar", Content(2));
        await watch.NextAsync();
        await Assert.ThrowsAsync<ContentException>(() => source.OpenAsync(first, default).AsTask());
    }

    [SkippableFact]
    public async Task Two_watchers_see_the_same()
    {
        var source = Open();
        await using var one = MediaWatch.Begin(source);
        await using var other = MediaWatch.Begin(source);
        await InsertAsync("upgrade-a.tar", Content(1));
        Assert.Equal(await one.NextAsync(), await other.NextAsync());
    }

    [SkippableFact]
    public async Task A_cancelled_watch_ends()
    {
        var source = Open();
        using var stop = new CancellationTokenSource();
        await using var changes = source.WatchAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        var next = changes.MoveNextAsync().AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }
}
