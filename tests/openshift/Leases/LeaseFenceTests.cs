using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Hosts.OpenShift.Leases;
using Handcarry.Hosts.OpenShift.Tests.Lab;
using Handcarry.Twins;

namespace Handcarry.Hosts.OpenShift.Tests.Leases;

public sealed partial class LeaseFenceTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private LabCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await LabCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task The_record_is_what_other_clients_of_leases_write()
    {
        Assert.True(await Fence("node-1").TryHoldAsync(default));
        var spec = Spec();
        Assert.Equal("node-1", (string)spec["holderIdentity"]!);
        Assert.Equal(15, (long)spec["leaseDurationSeconds"]!);
        Assert.Equal(0, (long)spec["leaseTransitions"]!);
        Assert.Matches(MicroTimeFormat(), (string)spec["renewTime"]!);
        Assert.Matches(MicroTimeFormat(), (string)spec["acquireTime"]!);
    }

    [Fact]
    public async Task Renewing_moves_the_renewal_only_and_taking_counts_a_transition()
    {
        var (a, b) = (Fence("a"), Fence("b"));
        await a.TryHoldAsync(default);
        var taken = Spec();
        _time.Advance(a.RenewEvery);
        await a.TryHoldAsync(default);
        var renewed = Spec();
        Assert.Equal((string)taken["acquireTime"]!, (string)renewed["acquireTime"]!);
        Assert.NotEqual((string)taken["renewTime"]!, (string)renewed["renewTime"]!);
        await a.ReleaseAsync(default);
        Assert.Null(Spec()["holderIdentity"]);
        await b.TryHoldAsync(default);
        Assert.Equal(("b", 1L), ((string)Spec()["holderIdentity"]!, (long)Spec()["leaseTransitions"]!));
    }

    [Theory]
    [InlineData("2001-01-01T00:00:00.000000Z")]
    [InlineData("2099-01-01T00:00:00.000000Z")]
    public async Task Another_s_clock_does_not_matter(string renewTime)
    {
        Lease(new JsonObject { ["holderIdentity"] = "other", ["leaseDurationSeconds"] = 15L, ["renewTime"] = renewTime, ["acquireTime"] = renewTime });
        var fence = Fence("a");
        Assert.False(await fence.TryHoldAsync(default));
        _time.Advance(TimeSpan.FromSeconds(14.9));
        Assert.False(await fence.TryHoldAsync(default));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(await fence.TryHoldAsync(default));
    }

    [Fact]
    public async Task A_holder_is_given_the_duration_that_it_wrote()
    {
        Lease(new JsonObject { ["holderIdentity"] = "other", ["leaseDurationSeconds"] = 60L, ["renewTime"] = "2025-06-01T12:00:00.000001Z" });
        var fence = Fence("a");
        Assert.False(await fence.TryHoldAsync(default));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(await fence.TryHoldAsync(default));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await fence.TryHoldAsync(default));
    }

    [Theory]
    [InlineData("""{"holderIdentity":"","leaseDurationSeconds":1,"leaseTransitions":3}""")]
    [InlineData("""{"leaseDurationSeconds":1,"leaseTransitions":3,"renewTime":"2025-06-01T12:00:00.000001Z"}""")]
    [InlineData("{}")]
    public async Task A_blank_lease_of_any_shape_is_free(string spec)
    {
        Lease(JsonNode.Parse(spec)!.AsObject());
        Assert.True(await Fence("a").TryHoldAsync(default));
        Assert.Equal("a", (string)Spec()["holderIdentity"]!);
    }

    [Fact]
    public async Task A_lease_that_is_edited_without_being_taken_stays_ours()
    {
        var editor = new Interception();
        var fence = Fence("a", editor);
        Assert.True(await fence.TryHoldAsync(default));
        var edits = 0;
        editor.Before = request =>
        {
            if (request.Method == HttpMethod.Put && edits++ == 0)
                Lease(Spec());
        };
        Assert.True(await fence.TryHoldAsync(default));
        Assert.Equal(2, edits);
    }

    [Fact]
    public async Task A_lease_taken_between_our_look_and_our_write_is_not_ours()
    {
        var rival = new Interception();
        var (a, b) = (Fence("a", rival), Fence("b"));
        rival.Before = request =>
        {
            if (request.Method == HttpMethod.Post)
                Assert.True(b.TryHoldAsync(default).AsTask().GetAwaiter().GetResult());
        };
        Assert.False(await a.TryHoldAsync(default));
        Assert.False(a.IsHeld);
        Assert.True(b.IsHeld);
        Assert.Equal("b", (string)Spec()["holderIdentity"]!);
    }

    [Fact]
    public async Task The_belief_counts_from_before_the_write_was_sent()
    {
        var slow = new Interception();
        var fence = Fence("a", slow);
        slow.Before = request =>
        {
            if (request.Method == HttpMethod.Post)
                _time.Advance(TimeSpan.FromSeconds(2));
        };
        Assert.True(await fence.TryHoldAsync(default));
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.True(fence.IsHeld);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.False(fence.IsHeld);
    }

    [Fact]
    public async Task A_renewal_whose_answer_is_lost_does_not_lengthen_the_belief()
    {
        var lossy = new Interception();
        var fence = Fence("a", lossy);
        Assert.True(await fence.TryHoldAsync(default));
        _time.Advance(fence.RenewEvery);
        lossy.LosesAnswer = request => request.Method == HttpMethod.Put;
        await Assert.ThrowsAsync<ApiUnavailableException>(async () => await fence.TryHoldAsync(default));
        Assert.True(fence.IsHeld);
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.False(fence.IsHeld);
    }

    [Fact]
    public async Task A_server_that_goes_silent_is_given_up_while_there_is_time_for_another_try()
    {
        using var script = new Api.ScriptedApi();
        using var api = script.Open(_time);
        using var fence = new LeaseFence(api, "handcarry", "handcarry-supervisor", "a");
        script.AnswerEndless();
        var trying = fence.TryHoldAsync(default).AsTask();
        await Eventually.HoldsAsync(() => _time.Waiting == 1, "the time limit");
        _time.Advance(TimeSpan.FromSeconds(3));
        await Assert.ThrowsAsync<ApiUnavailableException>(async () => await trying.WaitAsync(Eventually.Deadline));
    }

    [Fact]
    public async Task A_missing_namespace_is_told()
    {
        using var fence = new LeaseFence(_cluster.Connect(_time), "nowhere", "handcarry-supervisor", "a");
        var e = await Assert.ThrowsAsync<ApiUnavailableException>(async () => await fence.TryHoldAsync(default));
        Assert.Contains("nowhere", e.Message, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^2025-06-01T12:00:\d\d\.\d{6}Z$")]
    private static partial Regex MicroTimeFormat();

    private LeaseFence Fence(string holder, params DelegatingHandler[] handlers) =>
        _cluster.Keep(new LeaseFence(_cluster.Connect(_time, handlers), "handcarry", "handcarry-supervisor", holder));

    private JsonObject Spec() =>
        _cluster.Objects.Find("coordination.k8s.io/v1", "Lease", "handcarry", "handcarry-supervisor")!["spec"]!.DeepClone().AsObject();

    private void Lease(JsonObject spec) => _cluster.Objects.Put(new JsonObject
    {
        ["apiVersion"] = "coordination.k8s.io/v1",
        ["kind"] = "Lease",
        ["metadata"] = new JsonObject
        {
            ["name"] = "handcarry-supervisor",
            ["namespace"] = "handcarry",
            ["annotations"] = new JsonObject { ["edit"] = Guid.NewGuid().ToString() },
        },
        ["spec"] = spec,
    });
}
