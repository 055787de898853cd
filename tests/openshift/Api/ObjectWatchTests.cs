using System.Net;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Twins;

namespace Handcarry.Hosts.OpenShift.Tests.Api;

public sealed class ObjectWatchTests : IDisposable
{
    private const string Path = "/apis/test/v1/things";
    private const string Gone = """{"kind":"Status","apiVersion":"v1","status":"Failure","message":"too old resource version: 11 (99)","reason":"Expired","code":410}""";

    private static readonly WatchTiming Quick = new()
    {
        FirstPause = TimeSpan.FromMilliseconds(2),
        LongestPause = TimeSpan.FromMilliseconds(10),
        AwayAfter = TimeSpan.FromMinutes(10),
    };

    private readonly ScriptedApi _api = new();

    public void Dispose() => _api.Dispose();

    [Fact]
    public async Task A_list_in_pages_is_followed_by_a_watch_from_its_resource_version()
    {
        _api.Answer(List("11", "a=1", "b=1").Replace("\"resourceVersion\":\"11\"", "\"resourceVersion\":\"11\",\"continue\":\"next/page\"", StringComparison.Ordinal));
        _api.Answer(List("11", "c=1"));
        var body = _api.AnswerWatch();
        await using var probe = Probe(Quick);
        await Sees(probe, "a=1 b=1 c=1");
        await body.SayAsync(Event("ADDED", "d=1", 12));
        await Sees(probe, "a=1 b=1 c=1 d=1");
        await body.SayAsync(Event("MODIFIED", "a=2", 13));
        await Sees(probe, "a=2 b=1 c=1 d=1");
        await body.SayAsync(Event("DELETED", "b=1", 14));
        await Sees(probe, "a=2 c=1 d=1");
        Assert.Equal($"{Path}?limit=100", _api.Lists[0]);
        Assert.Equal($"{Path}?limit=100&continue=next%2Fpage", _api.Lists[1]);
        Assert.Contains("allowWatchBookmarks=true", _api.Watches.Single(), StringComparison.Ordinal);
        Assert.EndsWith("&resourceVersion=11", _api.Watches.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_object_is_selected_by_its_name()
    {
        _api.Answer(List("11", "cluster=1"));
        _api.AnswerWatch();
        await using var probe = Probe(Quick, name: "cluster");
        await Sees(probe, "cluster=1");
        await Eventually.HoldsAsync(() => _api.Watches.Count == 1, "the watch");
        Assert.All(_api.Asked, a => Assert.Contains("&fieldSelector=metadata.name%3Dcluster", a, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_watch_that_ended_regularly_goes_on_from_the_last_bookmark_without_a_list()
    {
        _api.Answer(List("11", "a=1"));
        var (first, second) = (_api.AnswerWatch(), _api.AnswerWatch());
        await using var probe = Probe(Quick);
        await Sees(probe, "a=1");
        await first.SayAsync("""{"type":"BOOKMARK","object":{"kind":"Thing","metadata":{"resourceVersion":"42"}}}""");
        first.End();
        await second.SayAsync(Event("MODIFIED", "a=2", 43));
        await Sees(probe, "a=2");
        Assert.EndsWith("&resourceVersion=42", _api.Watches[1], StringComparison.Ordinal);
        Assert.Single(_api.Lists);
    }

    [Fact]
    public async Task A_watch_told_that_its_version_is_gone_lists_again()
    {
        _api.Answer(List("11", "a=1"));
        var first = _api.AnswerWatch();
        _api.Answer(List("99", "b=1"));
        _api.AnswerWatch();
        await using var probe = Probe(Quick);
        await Sees(probe, "a=1");
        await first.SayAsync($$"""{"type":"ERROR","object":{{Gone}}}""");
        await Sees(probe, "b=1");
        await Eventually.HoldsAsync(() => _api.Watches.Count == 2, "the second watch");
        Assert.EndsWith("&resourceVersion=99", _api.Watches[1], StringComparison.Ordinal);
        await first.Closed;
    }

    [Fact]
    public async Task A_watch_answered_with_410_lists_again()
    {
        _api.Answer(List("11", "a=1"));
        _api.AnswerWatch(Gone, HttpStatusCode.Gone);
        _api.Answer(List("99", "b=1"));
        _api.AnswerWatch();
        await using var probe = Probe(Quick);
        await Sees(probe, "b=1");
    }

    [Fact]
    public async Task A_page_token_that_has_expired_begins_the_list_anew()
    {
        _api.Answer(List("11", "a=1").Replace("\"resourceVersion\":\"11\"", "\"resourceVersion\":\"11\",\"continue\":\"x\"", StringComparison.Ordinal));
        _api.Answer(Gone, HttpStatusCode.Gone);
        _api.Answer(List("12", "b=1"));
        _api.AnswerWatch();
        await using var probe = Probe(Quick);
        await Sees(probe, "b=1");
        Assert.Single(probe.Seen);
    }

    [Fact]
    public async Task A_broken_connection_lists_again()
    {
        _api.Answer(List("11", "a=1"));
        var first = _api.AnswerWatch();
        _api.Answer(List("20", "a=1", "b=1"));
        _api.AnswerWatch();
        await using var probe = Probe(Quick);
        await Sees(probe, "a=1");
        first.Break();
        await Sees(probe, "a=1 b=1");
    }

    [Theory]
    [InlineData("not json at all")]
    [InlineData("""{"type":"ADDED"}""")]
    [InlineData("""{"type":"ADDED","object":{"metadata":{}}}""")]
    [InlineData("""{"type":"ERROR","object":{"kind":"Status","code":500,"message":"etcd leader changed"}}""")]
    public async Task A_line_that_makes_no_sense_lists_again(string line)
    {
        _api.Answer(List("11", "a=1"));
        var first = _api.AnswerWatch();
        _api.Answer(List("20", "b=1"));
        _api.AnswerWatch();
        await using var probe = Probe(Quick);
        await Sees(probe, "a=1");
        await first.SayAsync(line);
        await Sees(probe, "b=1");
    }

    [Fact]
    public async Task Cancelling_closes_the_connection()
    {
        _api.Answer(List("11", "a=1"));
        var body = _api.AnswerWatch();
        await using (var probe = Probe(Quick))
        {
            await Sees(probe, "a=1");
            await Eventually.HoldsAsync(() => _api.Watches.Count == 1, "the watch");
            Assert.False(body.Closed.IsCompleted);
        }
        await body.Closed.WaitAsync(Eventually.Deadline);
    }

    [Fact]
    public async Task A_slow_reader_gets_the_newest_snapshot_only()
    {
        _api.Answer(List("11", "a=0"));
        var body = _api.AnswerWatch();
        await using var snapshots = Watch(Quick, TimeProvider.System).SnapshotsAsync(default).GetAsyncEnumerator();
        Assert.True(await snapshots.MoveNextAsync());
        for (var i = 1; i <= 100; i++)
            await body.SayAsync(Event("MODIFIED", $"a={i}", 100 + i));
        body.End();
        await Eventually.HoldsAsync(() => _api.Watches.Count == 2, "everything having been read");
        Assert.True(await snapshots.MoveNextAsync());
        Assert.Equal(["a=100"], snapshots.Current!);
    }

    [Fact]
    public async Task An_absence_is_told_once_when_it_has_lasted_and_so_is_the_return()
    {
        var time = new ManualTime();
        await using var probe = Probe(new WatchTiming { AwayAfter = TimeSpan.FromSeconds(15) }, time);
        await Eventually.HoldsAsync(() => _api.Asked.Count == 1, "the first try");
        Assert.Empty(probe.Seen);
        await Passes(time, () => probe.Seen.Count == 1);
        Assert.Null(probe.Seen[0]);
        Assert.InRange(time.GetElapsedTime(0), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30));
        var asked = _api.Asked.Count;
        await Passes(time, () => _api.Asked.Count >= asked + 5);
        _api.Answer(List("11", "a=1"));
        _api.AnswerWatch();
        await Passes(time, () => probe.Seen.Count == 2);
        Assert.Equal(["a=1"], probe.Seen[1]!);
    }

    [Fact]
    public async Task A_connection_that_died_silently_is_given_up_after_its_time()
    {
        var time = new ManualTime();
        _api.Answer(List("11", "a=1"));
        var dead = _api.AnswerWatch();
        await using var probe = Probe(new WatchTiming { Lasting = TimeSpan.FromSeconds(60), Grace = TimeSpan.FromSeconds(10), Jitter = () => 0 }, time);
        await Sees(probe, "a=1");
        await Eventually.HoldsAsync(() => _api.Watches.Count == 1 && time.Waiting == 1, "the watch and its limit");
        time.Advance(TimeSpan.FromSeconds(69));
        Assert.False(dead.Closed.IsCompleted);
        _api.Answer(List("20", "b=1"));
        _api.AnswerWatch();
        await Passes(time, () => probe.Seen is [.., ["b=1"]]);
        await dead.Closed;
    }

    [Fact]
    public void Pauses_double_up_to_the_longest_and_are_never_all_the_same()
    {
        var low = new WatchTiming { FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(8), Jitter = () => 0 };
        var high = low with { Jitter = () => 1 };
        Assert.Equal([0.5, 1, 2, 4, 4], new[] { 1, 2, 3, 4, 1000 }.Select(n => low.Pause(n).TotalSeconds));
        Assert.Equal([1, 2, 4, 8, 8], new[] { 1, 2, 3, 4, 1000 }.Select(n => high.Pause(n).TotalSeconds));
    }

    private static Task Passes(ManualTime time, Func<bool> condition) => Eventually.HoldsAsync(
        () =>
        {
            if (condition())
                return true;
            time.Advance(TimeSpan.FromMilliseconds(100));
            return false;
        },
        "time having passed");

    private static async Task Sees(WatchProbe<IReadOnlyList<string>?> probe, string things) =>
        await probe.UntilAsync(s => s is not null && string.Join(' ', s) == things, things);

    private static string List(string version, params string[] things) =>
        $$"""{"kind":"ThingList","metadata":{"resourceVersion":"{{version}}"},"items":[{{string.Join(',', things.Select(t => Thing(t, 1)))}}]}""";

    private static string Event(string type, string thing, int version) => $$"""{"type":"{{type}}","object":{{Thing(thing, version)}}}""";

    private static string Thing(string thing, int version)
    {
        var parts = thing.Split('=');
        return $$"""{"metadata":{"name":"{{parts[0]}}","resourceVersion":"{{version}}"},"value":"{{parts[1]}}"}""";
    }

    private ObjectWatch<string> Watch(WatchTiming timing, TimeProvider time, string? name = null) =>
        new(_api.Open(time), Path, name, t => $"{t.At("metadata").TextAt("name")}={t.TextAt("value")}", timing);

    private WatchProbe<IReadOnlyList<string>?> Probe(WatchTiming timing, TimeProvider? time = null, string? name = null) =>
        new(Watch(timing, time ?? TimeProvider.System, name).SnapshotsAsync);
}
