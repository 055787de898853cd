using System.Text.Json.Nodes;

namespace Handcarry.Lab.Tests.Api;

/// <summary>Server-side apply and managedFields.</summary>
public sealed class ApplyTests
{
    private const string Gadgets = Samples.Gadgets;

    [Fact]
    public async Task Applying_creates_then_changes_what_was_applied_and_takes_away_what_is_applied_no_more()
    {
        await using var api = await LabApi.StartAsync();
        var made = (await ApplyAsync(api, "one", """{"size":1,"code":"ab","labels":{"a":"1","b":"2"}}""")).Expect(201);
        Assert.Equal("Slow", made["spec", "mode"]!.GetValue<string>());
        var changed = (await ApplyAsync(api, "one", """{"size":2,"labels":{"b":"3"}}""")).Expect(200);
        Assert.Equal("""{"labels":{"b":"3"},"mode":"Slow","size":2}""", Sorted(changed["spec"]!));
        Assert.Equal(changed.Version, (await ApplyAsync(api, "one", """{"size":2,"labels":{"b":"3"}}""")).Expect(200).Version);
    }

    [Fact]
    public async Task What_two_managers_want_stays_until_both_have_let_go()
    {
        await using var api = await LabApi.StartAsync();
        (await ApplyAsync(api, "one", """{"size":1,"labels":{"a":"1"},"parts":[{"name":"p","weight":1}]}""")).Expect(201);
        (await ApplyAsync(api, "two", """{"size":1,"labels":{"a":"1"},"parts":[{"name":"q"}]}""")).Expect(200);
        var left = (await ApplyAsync(api, "one", """{"size":1}""")).Expect(200);
        Assert.Equal("1", left["spec", "labels", "a"]!.GetValue<string>());
        Assert.Equal("q", Assert.Single(left["spec", "parts"]!.AsArray())!["name"]!.GetValue<string>());
        var none = (await ApplyAsync(api, "two", """{"size":1}""")).Expect(200);
        Assert.False(none["spec"]!.AsObject().ContainsKey("labels"));
        Assert.False(none["spec"]!.AsObject().ContainsKey("parts"));
    }

    [Fact]
    public async Task A_field_of_another_manager_is_a_conflict_unless_it_is_forced_or_the_same()
    {
        await using var api = await LabApi.StartAsync();
        (await ApplyAsync(api, "one", """{"size":1,"mode":"Fast","parts":[{"name":"p","weight":1}]}""")).Expect(201);
        (await ApplyAsync(api, "two", """{"size":1}""")).Expect(200);
        var refused = (await ApplyAsync(api, "two", """{"size":2,"mode":"Slow","parts":[{"name":"p","weight":2}]}""")).Expect(409);
        Assert.Equal("Conflict", refused.Reason);
        Assert.Equal([".spec.mode", """.spec.parts[name="p"].weight""", ".spec.size"], refused.CauseFields);
        Assert.Equal("FieldManagerConflict", refused["details", "causes", "0", "reason"]!.GetValue<string>());
        Assert.Equal("conflict with \"one\"", refused["details", "causes", "0", "message"]!.GetValue<string>());
        Assert.StartsWith("Apply failed with 3 conflicts: conflicts with \"one\":\n- .spec.mode\n", refused.Message, StringComparison.Ordinal);
        (await ApplyAsync(api, "two", """{"size":2}""", "&force=true")).Expect(200);
        Assert.Equal("Apply failed with 1 conflict: conflict with \"two\": .spec.size", (await ApplyAsync(api, "one", """{"size":3,"mode":"Fast"}""")).Expect(409).Message);
    }

    [Fact]
    public async Task A_plain_write_owns_what_it_changed_and_is_named_by_its_program()
    {
        await using var api = await LabApi.StartAsync();
        (await ApplyAsync(api, "one", """{"size":1,"code":"ab"}""")).Expect(201);
        (await api.MergeAsync($"{Gadgets}/g?fieldManager=editor", """{"spec":{"code":"cd"}}""")).Expect(200);
        var refused = (await ApplyAsync(api, "one", """{"size":1,"code":"ab"}""")).Expect(409);
        Assert.Equal("Apply failed with 1 conflict: conflict with \"editor\" using test.example.com/v1: .spec.code", refused.Message);
        var managed = (await api.GetAsync($"{Gadgets}/g"))["metadata", "managedFields"]!.AsArray();
        Assert.Equal("""{"f:spec":{"f:size":{}}}""", managed[0]!["fieldsV1"]!.ToJsonString());
        Assert.Equal(("one", "Apply"), (managed[0]!["manager"]!.GetValue<string>(), managed[0]!["operation"]!.GetValue<string>()));
        Assert.Equal("""{"f:spec":{"f:code":{}}}""", managed[1]!["fieldsV1"]!.ToJsonString());
        Assert.Equal(("editor", "Update"), (managed[1]!["manager"]!.GetValue<string>(), managed[1]!["operation"]!.GetValue<string>()));
    }

    [Fact]
    public async Task The_status_is_owned_apart_and_applied_through_its_own_address()
    {
        await using var api = await LabApi.StartAsync();
        (await ApplyAsync(api, "one", """{"size":1}""", rest: ""","status":{"phase":"Ready"}""")).Expect(201);
        Assert.Null((await api.GetAsync($"{Gadgets}/g"))["status"]);
        var body = """{"apiVersion":"test.example.com/v1","kind":"Gadget","metadata":{"name":"g"},"status":{"phase":"Ready"}}""";
        var status = (await api.SendAsync("PATCH", $"{Gadgets}/g/status?fieldManager=two", body, "application/apply-patch+yaml")).Expect(200);
        Assert.Equal("Ready", status["status", "phase"]!.GetValue<string>());
        Assert.Equal(1, status["spec", "size"]!.GetValue<int>());
        var entry = status["metadata", "managedFields"]!.AsArray().Single(e => e!["manager"]!.GetValue<string>() == "two")!;
        Assert.Equal("status", entry["subresource"]!.GetValue<string>());
        Assert.Equal("""{"f:status":{"f:phase":{}}}""", entry["fieldsV1"]!.ToJsonString());
    }

    [Fact]
    public async Task A_ConfigMap_is_applied_key_by_key_and_YAML_is_understood()
    {
        await using var api = await LabApi.StartAsync();
        const string path = "/api/v1/namespaces/default/configmaps/c";
        (await api.PostAsync("/api/v1/namespaces/default/configmaps?fieldManager=other", Samples.ConfigMap("c", ""","data":{"mine":"1"}"""))).Expect(201);
        var applied = (await api.SendAsync("PATCH", $"{path}?fieldManager=one", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  ours: a\n", "application/apply-patch+yaml")).Expect(200);
        Assert.Equal("""{"mine":"1","ours":"a"}""", Sorted(applied["data"]!));
        Assert.Equal("""{"f:data":{".":{},"f:mine":{}}}""", applied["metadata", "managedFields", "1", "fieldsV1"]!.ToJsonString());
    }

    [Fact]
    public async Task An_unknown_field_is_an_error_and_not_pruned()
    {
        await using var api = await LabApi.StartAsync();
        (await api.PostAsync(Samples.ClusterVersions, Samples.ClusterVersion)).Expect(201);
        var body = """{"apiVersion":"config.openshift.io/v1","kind":"ClusterVersion","metadata":{"name":"version"},"spec":{"desiredUpdate":{"bundle":{"file":"/b"}}}}""";
        var refused = (await api.SendAsync("PATCH", $"{Samples.ClusterVersions}/version?fieldManager=one", body, "application/apply-patch+yaml")).Expect(500);
        Assert.Equal("failed to create typed patch object (/version; config.openshift.io/v1, Kind=ClusterVersion): .spec.desiredUpdate.bundle: field not declared in schema", refused.Message);
    }

    [Fact]
    public async Task What_does_not_belong_to_an_apply_is_refused()
    {
        await using var api = await LabApi.StartAsync();
        var body = Samples.Gadget("g", """{"size":1}""");
        Assert.Contains("is required for apply patch", (await api.SendAsync("PATCH", $"{Gadgets}/g", body, "application/apply-patch+yaml")).Expect(422).Message, StringComparison.Ordinal);
        (await ApplyAsync(api, "one", """{"size":1}""")).Expect(201);
        Assert.Contains("non-apply", (await api.MergeAsync($"{Gadgets}/g?force=true", "{}")).Expect(422).Message, StringComparison.Ordinal);
        var owned = body.Replace("\"name\":\"g\"", "\"name\":\"g\",\"managedFields\":[]", StringComparison.Ordinal);
        Assert.Equal("metadata.managedFields must be nil", (await api.SendAsync("PATCH", $"{Gadgets}/g?fieldManager=one", owned, "application/apply-patch+yaml")).Expect(400).Message);
        var old = body.Replace("\"name\":\"g\"", "\"name\":\"g\",\"resourceVersion\":\"1\"", StringComparison.Ordinal);
        (await api.SendAsync("PATCH", $"{Gadgets}/g?fieldManager=one", old, "application/apply-patch+yaml")).Expect(409);
        (await api.SendAsync("PATCH", $"{Gadgets}/none/status?fieldManager=one", Samples.Gadget("none", """{"size":1}"""), "application/apply-patch+yaml")).Expect(404);
        (await api.SendAsync("PATCH", $"{Gadgets}/g", "{}", "application/strategic-merge-patch+json")).Expect(415);
    }

    private static Task<Answer> ApplyAsync(LabApi api, string manager, string spec, string query = "", string rest = "") => api.SendAsync(
        "PATCH", $"{Gadgets}/g?fieldManager={manager}{query}",
        $$$"""{"apiVersion":"test.example.com/v1","kind":"Gadget","metadata":{"name":"g"},"spec":{{{spec}}}{{{rest}}}}""", "application/apply-patch+yaml");

    private static string Sorted(JsonNode node) => new JsonObject(node.AsObject().OrderBy(member => member.Key, StringComparer.Ordinal)
        .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))).ToJsonString();
}
