namespace Handcarry.Lab.Tests.Api;

public sealed class StatusSubresourceTests
{
    private const string Version = Samples.ClusterVersions + "/version";

    [Fact]
    public async Task Main_writes_do_not_touch_the_status_and_status_writes_touch_nothing_else()
    {
        await using var api = await LabApi.StartAsync();
        var made = (await api.PostAsync(Samples.Gadgets, Samples.Gadget("a", """{"size":1}""").Replace("\"spec\"", "\"status\":{\"phase\":\"Early\"},\"spec\"", StringComparison.Ordinal))).Expect(201);
        Assert.Null(made["status"]);
        var status = (await api.MergeAsync($"{Samples.Gadgets}/a/status",
            """{"metadata":{"labels":{"k":"v"}},"spec":{"size":9},"status":{"phase":"Done"}}""")).Expect(200);
        Assert.Equal("Done", status["status", "phase"]!.GetValue<string>());
        Assert.Equal(1, status["spec", "size"]!.GetValue<int>());
        Assert.Null(status["metadata", "labels"]);
        Assert.Equal(1, status["metadata", "generation"]!.GetValue<long>());
        var main = (await api.MergeAsync($"{Samples.Gadgets}/a", """{"spec":{"size":2},"status":{"phase":"Undone"}}""")).Expect(200);
        Assert.Equal("Done", main["status", "phase"]!.GetValue<string>());
        Assert.Equal(2, main["metadata", "generation"]!.GetValue<long>());
    }

    [Fact]
    public async Task The_generation_counts_changes_of_the_spec_only()
    {
        await using var api = await LabApi.StartAsync();
        (await api.PostAsync(Samples.Gadgets, Samples.Gadget("a", """{"size":1}"""))).Expect(201);
        (await api.MergeAsync($"{Samples.Gadgets}/a", """{"metadata":{"labels":{"k":"v"}}}""")).Expect(200);
        (await api.MergeAsync($"{Samples.Gadgets}/a/status", """{"status":{"phase":"Done"}}""")).Expect(200);
        (await api.MergeAsync($"{Samples.Gadgets}/a", """{"metadata":{"generation":99}}""")).Expect(200);
        Assert.Equal(1, (await api.GetAsync($"{Samples.Gadgets}/a"))["metadata", "generation"]!.GetValue<long>());
        (await api.MergeAsync($"{Samples.Gadgets}/a", """{"spec":{"note":"n"}}""")).Expect(200);
        Assert.Equal(2, (await api.GetAsync($"{Samples.Gadgets}/a/status"))["metadata", "generation"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_status_write_is_guarded_by_the_version_like_any_other()
    {
        await using var api = await LabApi.StartAsync();
        var made = (await api.PostAsync(Samples.Gadgets, Samples.Gadget("a", """{"size":1}"""))).Expect(201);
        (await api.MergeAsync($"{Samples.Gadgets}/a", """{"spec":{"size":2}}""")).Expect(200);
        made.Json["status"] = new System.Text.Json.Nodes.JsonObject { ["phase"] = "Late" };
        (await api.PutAsync($"{Samples.Gadgets}/a/status", made.Text)).Expect(409);
        (await api.PutAsync($"{Samples.Gadgets}/b/status", Samples.Gadget("b", """{"size":1}"""))).Expect(404);
    }

    [Fact]
    public async Task A_null_that_is_required_can_be_put_but_not_merged()
    {
        await using var api = await LabApi.StartAsync();
        (await api.PostAsync(Samples.ClusterVersions, Samples.ClusterVersion)).Expect(201);
        var refused = (await api.MergeAsync($"{Version}/status", $$$"""{"status":{{{Samples.ClusterVersionStatus}}} }""")).Expect(422);
        Assert.Equal(["status.availableUpdates"], refused.CauseFields);
        var current = (await api.GetAsync(Version)).Json;
        current["status"] = System.Text.Json.Nodes.JsonNode.Parse(Samples.ClusterVersionStatus);
        var put = (await api.PutAsync($"{Version}/status", current.ToJsonString())).Expect(200);
        Assert.True(put["status"]!.AsObject().ContainsKey("availableUpdates"));
        // Later merges leave the null that stands there alone.
        (await api.MergeAsync($"{Version}/status", """{"status":{"versionHash":"y"}}""")).Expect(200);
        // And a patch of the spec passes with that status.
        (await api.MergeAsync(Version, """{"spec":{"channel":"fast-4.14"}}""")).Expect(200);
    }

    [Fact]
    public async Task Nodes_keep_their_status_when_created_and_their_spec_when_it_is_written()
    {
        await using var api = await LabApi.StartAsync();
        (await api.PostAsync("/api/v1/nodes", """{"metadata":{"name":"n"},"status":{"phase":"Running"}}""")).Expect(201);
        (await api.MergeAsync("/api/v1/nodes/n", """{"status":{"phase":"Pending"},"spec":{"unschedulable":true}}""")).Expect(200);
        var node = (await api.MergeAsync("/api/v1/nodes/n/status", """{"status":{"phase":"Terminated"},"spec":{"unschedulable":false}}""")).Expect(200);
        Assert.Equal("Terminated", node["status", "phase"]!.GetValue<string>());
        Assert.True(node["spec", "unschedulable"]!.GetValue<bool>());
        Assert.Null(node["metadata", "generation"]);
    }
}
