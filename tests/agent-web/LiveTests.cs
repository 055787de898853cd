using System.Net;
using Handcarry.Actors.Cluster;
using Handcarry.Agent.Web.Page;

namespace Handcarry.Agent.Web.Tests;

public sealed class LiveTests : IAsyncLifetime
{
    private static readonly CancellationTokenSource Limit = new(TimeSpan.FromMinutes(2));

    private ShownSite _site = null!;

    public async Task InitializeAsync() => _site = await ShownSite.StartAsync();

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task A_watcher_gets_all_parts_first_and_then_those_that_change()
    {
        _site.Show(ShownSite.Carrying(3));
        using var watcher = await OpenAsync();
        var first = new HashSet<string>();
        while (first.Count < 8)
            first.Add((await NextAsync(watcher)).Event);
        Assert.Equal(["build", "chain", "events", "glance", "line", "media", "nodes", "notice"], first.Order());
        _site.Show(ShownSite.At(Phase.Held, "Held."));
        string data;
        do
            data = await NextAsync(watcher, "line");
        while (!data.Contains("is ready", StringComparison.Ordinal));
        Assert.Contains("Held: Held.", await NextAsync(watcher, "events"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_comes_again_is_sent_every_part_as_it_is_now()
    {
        _site.Show(ShownSite.Carrying(3));
        using (var before = await OpenAsync())
            await NextAsync(before, "events");
        _site.Show(ShownSite.At(Phase.Completed, "Done."));
        using var watcher = await OpenAsync();
        while (!(await NextAsync(watcher, "line")).Contains("Upgraded to OpenShift 4.12.4.", StringComparison.Ordinal))
            continue;
    }

    [Fact]
    public async Task One_watcher_too_many_is_sent_away_and_finds_room_when_another_leaves()
    {
        _site.Show(ShownSite.Carrying(3));
        var watchers = new List<StreamReader>();
        for (var i = 0; i < LiveFeed.MaxWatchers; i++)
            watchers.Add(await OpenAsync());
        using (var refused = await _site.Http.GetAsync("/api/live"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }
        watchers[0].Dispose();
        await Until.TrueAsync(async () =>
        {
            using var answer = await _site.Http.GetAsync("/api/live", HttpCompletionOption.ResponseHeadersRead);
            return answer.IsSuccessStatusCode;
        });
        watchers.ForEach(static watcher => watcher.Dispose());
    }

    [Fact]
    public async Task However_many_watch_the_supervisor_is_asked_as_if_it_were_one()
    {
        var asked = 0;
        var reply = ShownSite.Carrying(3);
        _site.Board.Hear(reply.Summary!);
        _site.Board.AskBy(_ =>
        {
            Interlocked.Increment(ref asked);
            return Task.FromResult(reply);
        });
        var watchers = new List<StreamReader>();
        for (var i = 0; i < 20; i++)
            watchers.Add(await OpenAsync());
        foreach (var watcher in watchers)
            await NextAsync(watcher, "nodes");
        Assert.InRange(asked, 1, 10);
        watchers.ForEach(static watcher => watcher.Dispose());
    }

    private async Task<StreamReader> OpenAsync()
    {
        var answer = await _site.Http.GetAsync("/api/live", HttpCompletionOption.ResponseHeadersRead, Limit.Token);
        Assert.Equal("text/event-stream", answer.EnsureSuccessStatusCode().Content.Headers.ContentType!.MediaType);
        return new StreamReader(await answer.Content.ReadAsStreamAsync(Limit.Token));
    }

    private static async Task<string> NextAsync(StreamReader watcher, string wanted)
    {
        while (true)
        {
            var (what, data) = await NextAsync(watcher);
            if (what == wanted)
                return data;
        }
    }

    private static async Task<(string Event, string Data)> NextAsync(StreamReader watcher)
    {
        var (what, data) = ("", "");
        while (await watcher.ReadLineAsync(Limit.Token) is { } line)
        {
            if (line.Length == 0)
                return (what, data);
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                what = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data = line[6..];
        }
        throw new EndOfStreamException("The agent ended the stream.");
    }
}
