using System.Net.Sockets;
using Handcarry.Lab.Api;
using k8s;
using k8s.Models;

namespace Handcarry.Lab.Tests.Api;

public sealed class WatchTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task A_watch_without_a_version_begins_with_what_is_there()
    {
        await using var api = await LabApi.StartAsync();
        (await api.PostAsync(Maps, Samples.ConfigMap("a"))).Expect(201);
        foreach (var version in new[] { "", "&resourceVersion=0" })
        {
            await using var watch = await WatchLines.OpenAsync(api, $"{Maps}?watch=true{version}");
            Assert.Equal("ADDED a", await watch.NextNameAsync());
            (await api.MergeAsync($"{Maps}/a", $$$"""{"data":{"k":"{{{version.Length}}}"} }""")).Expect(200);
            Assert.Equal("MODIFIED a", await watch.NextNameAsync());
        }
    }

    [Fact]
    public async Task A_watch_from_a_version_tells_all_that_came_after_it_and_nothing_else()
    {
        await using var api = await LabApi.StartAsync();
        (await api.PostAsync(Maps, Samples.ConfigMap("a"))).Expect(201);
        var version = (await api.GetAsync(Maps)).Version;
        (await api.PostAsync(Maps, Samples.ConfigMap("b"))).Expect(201);
        (await api.PostAsync("/api/v1/namespaces/kube-system/configmaps", Samples.ConfigMap("elsewhere"))).Expect(201);
        (await api.SendAsync("DELETE", $"{Maps}/a")).Expect(200);
        await using var watch = await WatchLines.OpenAsync(api, $"{Maps}?watch=1&resourceVersion={version}");
        Assert.Equal("ADDED b", await watch.NextNameAsync());
        var (type, gone) = (await watch.NextAsync())!.Value;
        Assert.Equal("DELETED", type);
        Assert.Equal("a", gone["metadata"]!["name"]!.GetValue<string>());
        Assert.True(long.Parse(gone["metadata"]!["resourceVersion"]!.GetValue<string>()) > long.Parse(version));
        Assert.Equal("ConfigMap", gone["kind"]!.GetValue<string>());
    }

    [Fact]
    public async Task Objects_enter_and_leave_a_selection()
    {
        await using var api = await LabApi.StartAsync();
        (await api.PostAsync(Maps, Samples.ConfigMap("a"))).Expect(201);
        await using var watch = await WatchLines.OpenAsync(api, $"{Maps}?watch=true&labelSelector=on%3Dyes");
        (await api.MergeAsync($"{Maps}/a", """{"metadata":{"labels":{"on":"yes"}}}""")).Expect(200);
        Assert.Equal("ADDED a", await watch.NextNameAsync());
        (await api.MergeAsync($"{Maps}/a", """{"data":{"k":"v"}}""")).Expect(200);
        Assert.Equal("MODIFIED a", await watch.NextNameAsync());
        (await api.MergeAsync($"{Maps}/a", """{"metadata":{"labels":{"on":"no"}}}""")).Expect(200);
        var (type, left) = (await watch.NextAsync())!.Value;
        Assert.Equal("DELETED", type);
        Assert.Equal("yes", left["metadata"]!["labels"]!["on"]!.GetValue<string>());
        (await api.SendAsync("DELETE", $"{Maps}/a")).Expect(200);
        (await api.PostAsync(Maps, """{"metadata":{"name":"b","labels":{"on":"yes"}}}""")).Expect(201);
        Assert.Equal("ADDED b", await watch.NextNameAsync());
    }

    [Fact]
    public async Task Bookmarks_come_to_those_who_allow_them()
    {
        await using var api = await LabApi.StartAsync(new LabApiOptions { BookmarkEvery = TimeSpan.FromMilliseconds(50) });
        await using var watch = await WatchLines.OpenAsync(api, $"{Maps}?watch=true&allowWatchBookmarks=true");
        (await api.PostAsync("/api/v1/namespaces", """{"metadata":{"name":"elsewhere"}}""")).Expect(201);
        var wanted = api.Server.Objects.ResourceVersion;
        while (true)
        {
            var (type, mark) = (await watch.NextAsync())!.Value;
            Assert.Equal("BOOKMARK", type);
            Assert.Equal("ConfigMap", mark["kind"]!.GetValue<string>());
            Assert.False(mark["metadata"]!.AsObject().ContainsKey("name"));
            Assert.False(mark["metadata"]!.AsObject().ContainsKey("annotations"));
            if (mark["metadata"]!["resourceVersion"]!.GetValue<string>() == wanted.ToString())
                break;
        }
        await using var quiet = await WatchLines.OpenAsync(api, $"{Maps}?watch=true");
        (await api.PostAsync(Maps, Samples.ConfigMap("a"))).Expect(201);
        Assert.Equal("ADDED a", await quiet.NextNameAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Initial_events_are_closed_by_a_bookmark_only_where_the_server_knows_of_that(bool known)
    {
        await using var api = await LabApi.StartAsync(new LabApiOptions { WatchLists = known, BookmarkEvery = TimeSpan.FromMilliseconds(50) });
        (await api.PostAsync(Maps, Samples.ConfigMap("a"))).Expect(201);
        await using var watch = await WatchLines.OpenAsync(api,
            $"{Maps}?watch=true&allowWatchBookmarks=true&sendInitialEvents=true{(known ? "&resourceVersionMatch=NotOlderThan" : "")}");
        Assert.Equal("ADDED a", await watch.NextNameAsync());
        var (type, mark) = (await watch.NextAsync())!.Value;
        Assert.Equal("BOOKMARK", type);
        Assert.Equal(known ? "true" : null, mark["metadata"]!["annotations"]?["k8s.io/initial-events-end"]?.GetValue<string>());
    }

    [Fact]
    public async Task A_version_that_has_been_compacted_away_is_an_error_event_of_410()
    {
        await using var api = await LabApi.StartAsync();
        (await api.PostAsync(Maps, Samples.ConfigMap("a"))).Expect(201);
        var old = (await api.GetAsync(Maps)).Version;
        (await api.PostAsync(Maps, Samples.ConfigMap("b"))).Expect(201);
        api.Server.CompactNow();
        await using var watch = await WatchLines.OpenAsync(api, $"{Maps}?watch=true&resourceVersion={old}");
        var (type, status) = (await watch.NextAsync())!.Value;
        Assert.Equal("ERROR", type);
        Assert.Equal(410, status["code"]!.GetValue<int>());
        Assert.Equal("Expired", status["reason"]!.GetValue<string>());
        Assert.StartsWith($"too old resource version: {old} (", status["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Null(await watch.NextAsync());
        await using var now = await WatchLines.OpenAsync(api, $"{Maps}?watch=true&resourceVersion={(await api.GetAsync(Maps)).Version}");
        (await api.PostAsync(Maps, Samples.ConfigMap("c"))).Expect(201);
        Assert.Equal("ADDED c", await now.NextNameAsync());
    }

    [Fact]
    public async Task The_history_is_bounded()
    {
        await using var api = await LabApi.StartAsync(new LabApiOptions { HistoryLength = 3 });
        var versions = new List<string>();
        for (var i = 0; i < 5; i++)
            versions.Add((await api.PostAsync(Maps, Samples.ConfigMap($"m{i}"))).Expect(201).Version);
        await using (var gone = await WatchLines.OpenAsync(api, $"{Maps}?watch=true&resourceVersion={versions[0]}"))
            Assert.Equal("ERROR", (await gone.NextAsync())!.Value.Type);
        await using var kept = await WatchLines.OpenAsync(api, $"{Maps}?watch=true&resourceVersion={versions[1]}");
        Assert.Equal("ADDED m2", await kept.NextNameAsync());
    }

    [Fact]
    public async Task A_watch_ends_quietly_after_its_time()
    {
        await using var api = await LabApi.StartAsync();
        await using var watch = await WatchLines.OpenAsync(api, $"{Maps}?watch=true&timeoutSeconds=1");
        Assert.Null(await watch.NextAsync());
        await Until.TrueAsync(() => api.Server.OpenWatches == 0, () => "the watch is forgotten");
    }

    [Fact]
    public async Task Dropped_watches_break_off_and_can_be_taken_up_where_they_were()
    {
        await using var api = await LabApi.StartAsync();
        await using var watch = await WatchLines.OpenAsync(api, $"{Maps}?watch=true");
        var made = (await api.PostAsync(Maps, Samples.ConfigMap("a"))).Expect(201);
        Assert.Equal("ADDED a", await watch.NextNameAsync());
        api.Server.DropWatches();
        await Assert.ThrowsAnyAsync<Exception>(async () => Assert.NotNull(await watch.NextAsync()));
        (await api.PostAsync(Maps, Samples.ConfigMap("b"))).Expect(201);
        await using var again = await WatchLines.OpenAsync(api, $"{Maps}?watch=true&resourceVersion={made.Version}");
        Assert.Equal("ADDED b", await again.NextNameAsync());
    }

    [Fact]
    public async Task The_real_client_watches()
    {
        await using var api = await LabApi.StartAsync();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var seen = new List<string>();
        var watching = Task.Run(async () =>
        {
            await foreach (var (type, node) in api.Kubernetes.CoreV1.WatchListNodeAsync(cancellationToken: stop.Token))
            {
                seen.Add($"{type} {node.Metadata.Name} {node.Status?.NodeInfo?.Architecture}");
                if (seen.Count == 3)
                    return;
            }
        });
        await Until.TrueAsync(() => api.Server.OpenWatches == 1, () => "the client watches");
        var made = await api.Kubernetes.CoreV1.CreateNodeAsync(new V1Node { Metadata = new V1ObjectMeta { Name = "n1" } });
        made.Status = new V1NodeStatus
        {
            NodeInfo = new V1NodeSystemInfo
            {
                Architecture = "arm64",
                BootID = "",
                ContainerRuntimeVersion = "",
                KernelVersion = "",
                KubeProxyVersion = "",
                KubeletVersion = "",
                MachineID = "",
                OperatingSystem = "",
                OsImage = "",
                SystemUUID = "",
            },
        };
        await api.Kubernetes.CoreV1.ReplaceNodeStatusAsync(made, "n1");
        await api.Kubernetes.CoreV1.DeleteNodeAsync("n1");
        await watching;
        Assert.Equal(["Added n1 ", "Modified n1 arm64", "Deleted n1 arm64"], seen);
    }

    [Fact]
    public async Task A_server_that_is_down_refuses_connections_and_comes_back_with_everything()
    {
        await using var api = await LabApi.StartAsync();
        var made = (await api.PostAsync(Maps, Samples.ConfigMap("a"))).Expect(201);
        await using var watch = await WatchLines.OpenAsync(api, $"{Maps}?watch=true&resourceVersion={made.Version}");
        await api.Server.TakeDownAsync();
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => api.GetAsync(Maps));
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(refused.InnerException).SocketErrorCode);
        await Assert.ThrowsAnyAsync<Exception>(async () => Assert.NotNull(await watch.NextAsync()));
        await api.Server.BringUpAsync();
        Assert.Equal(made.Version, (await api.GetAsync($"{Maps}/a")).Expect(200).Version);
    }

    [Fact]
    public async Task Outages_answer_503_or_break_off()
    {
        await using var api = await LabApi.StartAsync();
        api.Server.Faults.Outage = ApiOutage.ServiceUnavailable;
        Assert.Equal("ServiceUnavailable", (await api.GetAsync(Maps)).Expect(503).Reason);
        api.Server.Faults.Outage = ApiOutage.ConnectionReset;
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => api.GetAsync(Maps));
        api.Server.Faults.Outage = ApiOutage.None;
        (await api.GetAsync(Maps)).Expect(200);
    }

    [Fact]
    public async Task Throttled_requests_are_sent_away_with_a_time_to_come_back()
    {
        await using var api = await LabApi.StartAsync();
        api.Server.Faults.Throttle = 1;
        using (var answer = await api.Http.GetAsync("/api/v1/nodes"))
        {
            Assert.Equal(429, (int)answer.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter!.Delta);
        }
        (await api.GetAsync("/api/v1/nodes")).Expect(200);
    }

    [Fact]
    public async Task Latency_delays_each_request()
    {
        await using var api = await LabApi.StartAsync();
        api.Server.Faults.Latency = TimeSpan.FromMilliseconds(200);
        var since = TimeProvider.System.GetTimestamp();
        (await api.GetAsync(Maps)).Expect(200);
        Assert.True(TimeProvider.System.GetElapsedTime(since) >= TimeSpan.FromMilliseconds(190));
    }
}
