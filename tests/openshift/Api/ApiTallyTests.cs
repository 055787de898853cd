using System.Net;
using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Twins;
using k8s;

namespace Handcarry.Hosts.OpenShift.Tests.Api;

public sealed class ApiTallyTests
{
    private readonly ManualTime _time = new();
    private readonly ApiTally _tally;

    public ApiTallyTests() => _tally = new ApiTally(_time);

    [Theory]
    [InlineData("GET", "/api/v1/nodes?limit=500", "get", "nodes")]
    [InlineData("GET", "/api/v1/nodes?watch=true", "watch", "nodes")]
    [InlineData("GET", "/api/v1/namespaces/handcarry", "get", "namespaces")]
    [InlineData("POST", "/api/v1/namespaces/handcarry/events", "create", "events")]
    [InlineData("PUT", "/apis/coordination.k8s.io/v1/namespaces/handcarry/leases/handcarry-supervisor", "update", "leases")]
    [InlineData("PATCH", "/apis/handcarry.dev/v1alpha1/bundleupgrades/cluster/status", "patch", "bundleupgrades/status")]
    public void A_request_counts_under_its_verb_and_resource(string method, string path, string verb, string resource)
    {
        _tally.Answered(HttpMethod.Parse(method), path, 200);
        Assert.Equal(new ApiRequestKind(verb, resource, "200"), Assert.Single(_tally.Counts).Key);
    }

    [Fact]
    public async Task Answers_refusals_and_silence_are_told_apart()
    {
        using var script = new ScriptedApi();
        using var api = new ApiServer(new KubernetesTransport(new KubernetesClientConfiguration { Host = "http://api.invalid" }, [script]), TimeProvider.System, tally: _tally);
        script.Answer("{}");
        script.Answer("{}", HttpStatusCode.Forbidden);
        await api.GetAsync<JsonObject>("/api/v1/nodes", default);
        await Assert.ThrowsAsync<ApiUnavailableException>(() => api.GetAsync<JsonObject>("/api/v1/nodes", default).AsTask());
        // Nothing more is scripted.
        await Assert.ThrowsAsync<ApiUnavailableException>(() => api.GetAsync<JsonObject>("/api/v1/nodes", default).AsTask());
        Assert.Equal(["200", "403", ApiTally.Unanswered], _tally.Counts.Keys.Select(kind => kind.Code).Order());
    }

    [Fact]
    public void A_server_that_cannot_serve_has_not_answered()
    {
        _tally.Answered(HttpMethod.Get, "/api/v1/nodes", 503);
        Assert.Null(_tally.SinceAnswer);
        _tally.Answered(HttpMethod.Get, "/api/v1/nodes", 403);
        _time.Advance(TimeSpan.FromSeconds(7));
        _tally.Failed(HttpMethod.Get, "/api/v1/nodes");
        Assert.Equal(TimeSpan.FromSeconds(7), _tally.SinceAnswer);
    }
}
