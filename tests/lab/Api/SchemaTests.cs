using System.Text.Json.Nodes;
using Handcarry.Lab.Api;

namespace Handcarry.Lab.Tests.Api;

public sealed class SchemaTests
{
    private const string Gadgets = Samples.Gadgets;

    [Fact]
    public async Task Unknown_fields_are_dropped_with_a_warning_each()
    {
        await using var api = await LabApi.StartAsync();
        var made = (await api.PostAsync(Gadgets, """
            {"apiVersion":"test.example.com/v1","kind":"Gadget","extra":1,"metadata":{"name":"a","odd":true},
             "spec":{"size":1,"bundle":{"x":1},"parts":[{"name":"p","weird":1}],"free":{"any":{"thing":1}},"labels":{"k":"v"}}}
            """)).Expect(201);
        Assert.Equal(["extra", "metadata.odd", "spec.bundle", "spec.parts[0].weird"],
            made.Warnings.SelectMany(w => w.Split(", ")).Select(w => w.Replace("299 - \"unknown field \\\"", "", StringComparison.Ordinal).Replace("\\\"\"", "", StringComparison.Ordinal)).Order());
        Assert.Null(made["spec", "bundle"]);
        Assert.Null(made["extra"]);
        Assert.Equal("""{"any":{"thing":1}}""", made["spec", "free"]!.ToJsonString());
        Assert.Equal("""{"k":"v"}""", made["spec", "labels"]!.ToJsonString());
    }

    [Fact]
    public async Task A_merge_patch_of_an_unknown_field_answers_as_a_published_cluster_does()
    {
        await using var api = await LabApi.StartAsync();
        (await api.PostAsync(Samples.ClusterVersions, Samples.ClusterVersion)).Expect(201);
        const string patch = """{"spec":{"desiredUpdate":{"bundle":{"file":"/dev/sda"}}}}""";
        var pruned = (await api.MergeAsync($"{Samples.ClusterVersions}/version", patch)).Expect(200);
        Assert.Equal(["299 - \"unknown field \\\"spec.desiredUpdate.bundle\\\"\""], pruned.Warnings);
        Assert.Equal("{}", pruned["spec", "desiredUpdate"]!.ToJsonString());
        var strict = (await api.MergeAsync($"{Samples.ClusterVersions}/version?fieldValidation=Strict", patch)).Expect(422);
        Assert.Equal(["patch"], strict.CauseFields);
        Assert.Contains("strict decoding error: unknown field \"spec.desiredUpdate.bundle\"", strict.Message, StringComparison.Ordinal);
        Assert.Empty((await api.MergeAsync($"{Samples.ClusterVersions}/version?fieldValidation=Ignore", patch)).Expect(200).Warnings);
    }

    [Fact]
    public async Task Strict_writes_refuse_unknown_and_duplicate_fields()
    {
        await using var api = await LabApi.StartAsync();
        var refused = (await api.PostAsync($"{Gadgets}?fieldValidation=Strict", Samples.Gadget("a", """{"size":1,"size":2,"odd":1}"""))).Expect(400);
        Assert.Equal("Gadget in version \"v1\" cannot be handled as a Gadget: strict decoding error: duplicate field \"spec.size\", unknown field \"spec.odd\"", refused.Message);
        var taken = (await api.PostAsync(Gadgets, Samples.Gadget("a", """{"size":1,"size":2}"""))).Expect(201);
        Assert.Equal(2, taken["spec", "size"]!.GetValue<int>());
        Assert.Single(taken.Warnings);
        (await api.PostAsync($"{Gadgets}?fieldValidation=Sometimes", Samples.Gadget("b", """{"size":1}"""))).Expect(422);
    }

    [Fact]
    public async Task Built_in_kinds_lose_unknown_fields_too_and_what_came_after_1_26()
    {
        await using var api = await LabApi.StartAsync();
        var made = (await api.PostAsync("/apis/coordination.k8s.io/v1/namespaces/default/leases",
            """{"metadata":{"name":"x"},"spec":{"holderIdentity":"h","strategy":"OldestEmulationVersion","odd":1}}""")).Expect(201);
        Assert.Equal("""{"holderIdentity":"h"}""", made["spec"]!.ToJsonString());
        Assert.Equal(2, made.Warnings.Count + made.Warnings.Count(w => w.Contains(", ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Defaults_are_filled_in_and_nulls_are_dropped_where_none_may_stand()
    {
        await using var api = await LabApi.StartAsync();
        var made = (await api.PostAsync(Gadgets, Samples.Gadget("a", """{"size":1,"mode":null,"code":null,"note":null,"parts":[{"name":"p"}]}"""))).Expect(201);
        Assert.Equal("Slow", made["spec", "mode"]!.GetValue<string>());
        Assert.Equal(1.5, made["spec", "parts", "0", "weight"]!.GetValue<double>());
        Assert.False(made["spec"]!.AsObject().ContainsKey("code"));
        Assert.True(made["spec"]!.AsObject().ContainsKey("note"));
    }

    [Theory]
    [InlineData("""{}""", "spec.size", "Required value")]
    [InlineData("""{"size":"1"}""", "spec.size", "Invalid value: \"string\": spec.size in body must be of type integer: \"string\"")]
    [InlineData("""{"size":1.5}""", "spec.size", "Invalid value: \"number\": spec.size in body must be of type integer: \"number\"")]
    [InlineData("""{"size":0}""", "spec.size", "Invalid value: 0: spec.size in body should be greater than or equal to 1")]
    [InlineData("""{"size":11}""", "spec.size", "Invalid value: 11: spec.size in body should be less than or equal to 10")]
    [InlineData("""{"size":1,"mode":"Odd"}""", "spec.mode", "Unsupported value: \"Odd\": supported values: \"Fast\", \"Slow\"")]
    [InlineData("""{"size":1,"code":"A1"}""", "spec.code", "Invalid value: \"A1\": spec.code in body should match '^[a-z]+$'")]
    [InlineData("""{"size":1,"code":"a"}""", "spec.code", "Invalid value: \"a\": spec.code in body should be at least 2 chars long")]
    [InlineData("""{"size":1,"code":"abcde"}""", "spec.code", "Too long: may not be longer than 4")]
    [InlineData("""{"size":1,"when":"today"}""", "spec.when", "Invalid value: \"today\": spec.when in body must be of type date-time: \"today\"")]
    [InlineData("""{"size":1,"port":true}""", "spec.port", "Invalid value: \"boolean\": spec.port in body must be of type integer,string: \"boolean\"")]
    [InlineData("""{"size":1,"tags":["t-a","t-b","t-c","t-d"]}""", "spec.tags", "Too many: 4: must have at most 3 items")]
    [InlineData("""{"size":1,"tags":["t-a","t-a"]}""", "spec.tags[1]", "Duplicate value: \"t-a\"")]
    [InlineData("""{"size":1,"tags":["a"]}""", "spec", "Invalid value: \"object\": tags begin with t-")]
    [InlineData("""{"size":1,"tags":[null]}""", "spec.tags[0]", "Invalid value: \"null\": spec.tags[0] in body must be of type string: \"null\"")]
    [InlineData("""{"size":1,"parts":[{}]}""", "spec.parts[0].name", "Required value")]
    [InlineData("""{"size":1,"parts":[{"name":"p"},{"name":"p"}]}""", "spec.parts[1]", "Duplicate value: {\"name\":\"p\"}")]
    [InlineData("""{"size":1,"labels":{"k":1}}""", "spec.labels.k", "Invalid value: \"integer\": spec.labels.k in body must be of type string: \"integer\"")]
    [InlineData("""{"size":1,"free":[]}""", "spec.free", "Invalid value: \"array\": spec.free in body must be of type object: \"array\"")]
    public async Task What_the_schema_forbids_is_invalid_with_its_field(string spec, string field, string message)
    {
        await using var api = await LabApi.StartAsync();
        var refused = (await api.PostAsync(Gadgets, Samples.Gadget("a", spec))).Expect(422);
        Assert.Equal("Invalid", refused.Reason);
        Assert.Equal([field], refused.CauseFields);
        Assert.Equal(message, refused["details", "causes", "0", "message"]!.GetValue<string>());
        Assert.Equal($"Gadget.test.example.com \"a\" is invalid: {field}: {message}", refused.Message);
    }

    [Theory]
    [InlineData("""{"size":1,"port":80}""")]
    [InlineData("""{"size":1,"port":"http"}""")]
    [InlineData("""{"size":2.0}""")]
    [InlineData("""{"size":1,"when":"2026-01-02T03:04:05.678Z","code":"abc","tags":["t-a"],"note":null}""")]
    public async Task What_the_schema_allows_is_taken(string spec)
    {
        await using var api = await LabApi.StartAsync();
        Assert.Empty((await api.PostAsync(Gadgets, Samples.Gadget("a", spec))).Expect(201).Warnings);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once()
    {
        await using var api = await LabApi.StartAsync();
        var refused = (await api.PostAsync(Gadgets, Samples.Gadget("a", """{"size":0,"mode":"Odd","code":"1"}"""))).Expect(422);
        Assert.Equal(["spec.size", "spec.mode", "spec.code", "spec.code"], refused.CauseFields);
        Assert.StartsWith("Gadget.test.example.com \"a\" is invalid: [spec.size: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transition_rule_is_checked_when_there_is_something_to_come_from()
    {
        await using var api = await LabApi.StartAsync();
        (await api.PostAsync(Gadgets, Samples.Gadget("a", """{"size":5}"""))).Expect(201);
        (await api.MergeAsync($"{Gadgets}/a", """{"spec":{"size":6}}""")).Expect(200);
        Assert.Contains("size may only grow", (await api.MergeAsync($"{Gadgets}/a", """{"spec":{"size":4}}""")).Expect(422).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_definition_the_server_could_not_serve_faithfully_stops_it()
    {
        var odd = Samples.Crd.Replace("minimum: 1,", "minimal: 1,", StringComparison.Ordinal);
        var failure = await Assert.ThrowsAsync<FormatException>(() => Lab.Api.LabApiServer.StartAsync(new Lab.Api.LabApiOptions { Crds = [odd] }));
        Assert.Contains("minimal", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mode: {type: string, enum: [Fast, Slow], default: Slow}", "mode: {type: string, enum: [Fast, Slow], default: Odd}", "default")]
    [InlineData("mode: {type: string, enum: [Fast, Slow], default: Slow}", "mode: {enum: [Fast, Slow]}", "type: required")]
    [InlineData("name: {type: string}\n", "name: {type: object}\n", "no plain property")]
    [InlineData("required: [name]", "required: [weight]", "must be required or have a default")]
    [InlineData("x-kubernetes-list-type: set}", "x-kubernetes-list-type: bag}", "none of atomic, set, map")]
    [InlineData("labels: {type: object, additionalProperties: {type: string}}", "labels: {type: object, properties: {a: {type: string}}, additionalProperties: {type: string}}", "exclude each other")]
    [InlineData("tags: {type: array, maxItems: 3, items: {type: string}", "tags: {type: array, maxItems: 3, items: {type: string, x-kubernetes-validations: [{rule: self == oldSelf}]}", "oldSelf")]
    [InlineData("pattern: '^[a-z]+$'", "pattern: '^(?=a)'", "none of RE2")]
    public async Task A_schema_the_real_server_would_not_accept_stops_it(string sound, string odd, string why)
    {
        var crd = Samples.Crd.Replace(sound, odd, StringComparison.Ordinal);
        Assert.NotEqual(Samples.Crd, crd);
        var failure = await Assert.ThrowsAsync<FormatException>(() => LabApiServer.StartAsync(new LabApiOptions { Crds = [crd] }));
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
    }
}
