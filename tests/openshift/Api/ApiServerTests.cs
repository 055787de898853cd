using System.Net;
using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Twins;
using k8s;

namespace Handcarry.Hosts.OpenShift.Tests.Api;

public sealed class ApiServerTests : IDisposable
{
    private readonly ScriptedApi _script = new();
    private readonly ApiServer _api;

    public ApiServerTests() => _api = _script.Open(TimeProvider.System);

    public void Dispose()
    {
        _api.Dispose();
        _script.Dispose();
    }

    [Fact]
    public async Task What_is_not_there_reads_as_null()
    {
        _script.Answer(Status(404, "things \"x\" not found"), HttpStatusCode.NotFound);
        Assert.Null(await _api.GetAsync<JsonObject>("/x", default));
    }

    [Fact]
    public async Task What_is_there_already_creates_as_null()
    {
        _script.Answer(Status(409, "things \"x\" already exists"), HttpStatusCode.Conflict);
        Assert.Null(await _api.CreateAsync("/x", new JsonObject(), default));
    }

    [Theory]
    [InlineData(409)]
    [InlineData(404)]
    public async Task A_write_that_meets_another_version_or_nothing_is_stale(int code)
    {
        _script.Answer(Status(code, "the object has been modified"), (HttpStatusCode)code);
        var e = await Assert.ThrowsAsync<StaleWriteException>(async () => await _api.ReplaceAsync("/x", new JsonObject(), default));
        Assert.Contains("the object has been modified", e.Message, StringComparison.Ordinal);
        _script.Answer(Status(code, "the object has been modified"), (HttpStatusCode)code);
        await Assert.ThrowsAsync<StaleWriteException>(async () => await _api.MergePatchAsync<JsonObject>("/x", new JsonObject(), default));
    }

    [Fact]
    public async Task A_throttled_read_comes_back_when_it_was_told_to_and_a_throttled_write_does_not()
    {
        await using var cluster = await Lab.LabCluster.StartAsync();
        var api = cluster.Connect();
        cluster.Server.Faults.Throttle = 2;
        Assert.NotNull(await api.GetAsync<JsonObject>("/api/v1/nodes", default));
        cluster.Server.Faults.Throttle = 1;
        await Assert.ThrowsAsync<ApiUnavailableException>(async () =>
            await api.MergePatchAsync<JsonObject>("/apis/config.openshift.io/v1/clusterversions/version", new JsonObject(), default));
        Assert.Equal(0, cluster.Server.Faults.Throttle);
    }

    [Theory]
    [InlineData(400, "definition belongs to this version")]
    [InlineData(401, "service account or kubeconfig")]
    [InlineData(403, "roles are installed")]
    [InlineData(422, "definition belongs to this version")]
    [InlineData(429, "asked again")]
    [InlineData(500, "asked again")]
    [InlineData(503, "asked again")]
    [InlineData(504, "asked again")]
    public async Task Any_other_refusal_is_told_with_what_to_do(int code, string advice)
    {
        _script.Answer(Status(code, "because"), (HttpStatusCode)code);
        var e = await Assert.ThrowsAsync<ApiUnavailableException>(async () => await _api.ReplaceAsync("/x?y=1", new JsonObject(), default));
        Assert.Contains($"PUT /x: {code} because", e.Message, StringComparison.Ordinal);
        Assert.Contains(advice, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>502 Bad Gateway</html>", 502)]
    [InlineData("", 503)]
    [InlineData("<html>Sign in</html>", 200)]
    [InlineData("", 200)]
    public async Task What_a_proxy_says_is_no_answer(string body, int code)
    {
        _script.Answer(body, (HttpStatusCode)code);
        await Assert.ThrowsAsync<ApiUnavailableException>(async () => await _api.GetAsync<JsonObject>("/x", default));
    }

    [Fact]
    public async Task A_namespace_that_is_not_there_is_not_taken_for_a_stale_write()
    {
        _script.Answer(Status(404, "namespaces \"handcarry\" not found"), HttpStatusCode.NotFound);
        var e = await Assert.ThrowsAsync<ApiUnavailableException>(async () => await _api.CreateAsync("/x", new JsonObject(), default));
        Assert.Contains("namespaces \"handcarry\" not found", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unreachable_server_is_unavailable()
    {
        var e = await Assert.ThrowsAsync<ApiUnavailableException>(async () => await _api.GetAsync<JsonObject>("/x", default));
        Assert.Contains("cannot be reached (GET /x: Connection refused", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_stops_in_the_middle_of_an_answer_is_given_up_after_the_time_of_a_request()
    {
        var time = new ManualTime();
        using var script = new ScriptedApi();
        using var api = script.Open(time);
        var body = script.AnswerEndless();
        await body.SayAsync("{\"half\":");
        var asked = api.GetAsync<JsonObject>("/x", default).AsTask();
        await Eventually.HoldsAsync(() => time.Waiting == 1, "the time limit");
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(asked.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        var e = await Assert.ThrowsAsync<ApiUnavailableException>(async () => await asked.WaitAsync(Eventually.Deadline));
        Assert.Contains("did not answer in time", e.Message, StringComparison.Ordinal);
        await body.Closed;
    }

    [Fact]
    public async Task The_caller_s_own_cancellation_stays_one()
    {
        var body = _script.AnswerEndless();
        using var stop = new CancellationTokenSource();
        var asked = _api.GetAsync<JsonObject>("/x", stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await asked.WaitAsync(Eventually.Deadline));
        await body.Closed;
    }

    [Fact]
    public void A_kubeconfig_that_cannot_be_used_is_told_by_the_name_of_the_setting()
    {
        var missing = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Assert.Contains("kubernetes.kubeconfig", Assert.Throws<ArgumentException>(() => KubernetesConnection.Open(missing)).Message, StringComparison.Ordinal);
        var broken = Path.GetTempFileName();
        try
        {
            File.WriteAllText(broken, "this: [is no kubeconfig");
            Assert.Contains("kubernetes.kubeconfig", Assert.Throws<ArgumentException>(() => KubernetesConnection.Open(broken)).Message, StringComparison.Ordinal);
            File.WriteAllText(broken, "apiVersion: v1\nkind: Config\n");
            Assert.Contains("kubernetes.kubeconfig", Assert.Throws<ArgumentException>(() => KubernetesConnection.Open(broken)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(broken);
        }
    }

    [Fact]
    public async Task A_server_behind_a_path_of_a_proxy_is_asked_there()
    {
        using var script = new ScriptedApi();
        using var api = new ApiServer(
            new KubernetesTransport(new KubernetesClientConfiguration { Host = "http://proxy.invalid/clusters/one" }, [script]), TimeProvider.System);
        script.Answer("{}");
        await api.GetAsync<JsonObject>("/api/v1/nodes?limit=1", default);
        Assert.Equal(["/clusters/one/api/v1/nodes?limit=1"], script.Asked);
    }

    [Fact]
    public void A_patch_keeps_its_nulls_on_the_wire() =>
        Assert.Equal("""{"force":null}""", ApiJson.Write(new JsonObject { ["force"] = null }));

    private static string Status(int code, string message) => new JsonObject
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["status"] = "Failure",
        ["message"] = message,
        ["code"] = code,
    }.ToJsonString();
}
