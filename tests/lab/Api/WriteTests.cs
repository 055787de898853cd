using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Handcarry.Lab.Tests.Api;

public sealed class WriteTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private const string Leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases";

    [Fact]
    public async Task A_created_object_gets_its_identity_and_the_same_name_cannot_be_created_again()
    {
        await using var api = await LabApi.StartAsync();
        var made = (await api.PostAsync(Samples.Gadgets, Samples.Gadget("a", """{"size":1}"""))).Expect(201);
        Assert.Equal("1", made["metadata", "generation"]!.ToString());
        Assert.True(Guid.TryParse(made["metadata", "uid"]!.GetValue<string>(), out _));
        Assert.Matches("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$", made["metadata", "creationTimestamp"]!.GetValue<string>());
        var again = (await api.PostAsync(Samples.Gadgets, Samples.Gadget("a", """{"size":1}"""))).Expect(409);
        Assert.Equal("AlreadyExists", again.Reason);
        Assert.Equal("gadgets.test.example.com \"a\" already exists", again.Message);
        Assert.Equal("gadgets", again["details", "kind"]!.GetValue<string>());
        Assert.Equal("test.example.com", again["details", "group"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_generated_name_has_five_characters_more()
    {
        await using var api = await LabApi.StartAsync();
        var made = (await api.PostAsync(Maps, """{"metadata":{"generateName":"a-"}}""")).Expect(201);
        Assert.Matches("^a-[bcdfghjklmnpqrstvwxz2456789]{5}$", made["metadata", "name"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_a_client_says_of_the_servers_own_metadata_is_not_taken()
    {
        await using var api = await LabApi.StartAsync();
        var made = (await api.PostAsync(Maps,
            """{"metadata":{"name":"a","uid":"mine","generation":7,"creationTimestamp":"2001-01-01T00:00:00Z","managedFields":[{"manager":"m"}],"selfLink":"/x"}}""")).Expect(201);
        Assert.NotEqual("mine", made["metadata", "uid"]!.GetValue<string>());
        Assert.NotEqual("2001-01-01T00:00:00Z", made["metadata", "creationTimestamp"]!.GetValue<string>());
        foreach (var name in new[] { "generation", "managedFields", "selfLink" })
            Assert.Null(made["metadata", name]);
    }

    [Fact]
    public async Task An_object_to_be_created_has_no_resourceVersion()
    {
        await using var api = await LabApi.StartAsync();
        var refused = (await api.PostAsync(Maps, """{"metadata":{"name":"a","resourceVersion":"5"}}""")).Expect(500);
        Assert.Equal("resourceVersion should not be set on objects to be created", refused.Message);
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("under_score")]
    [InlineData("-a")]
    public async Task A_name_is_an_RFC_1123_subdomain(string name)
    {
        await using var api = await LabApi.StartAsync();
        var refused = (await api.PostAsync(Maps, Samples.ConfigMap(name))).Expect(422);
        Assert.Equal("Invalid", refused.Reason);
        Assert.Equal(["metadata.name"], refused.CauseFields);
        Assert.StartsWith($"ConfigMap \"{name}\" is invalid: metadata.name: Invalid value: \"{name}\": a lowercase RFC 1123 subdomain must consist of", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_is_required()
    {
        await using var api = await LabApi.StartAsync();
        var refused = (await api.PostAsync(Maps, """{"metadata":{}}""")).Expect(422);
        Assert.Equal("ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is required", refused.Message);
    }

    [Fact]
    public async Task Labels_annotations_and_finalizers_are_checked_all_at_once()
    {
        await using var api = await LabApi.StartAsync();
        var refused = (await api.PostAsync(Maps, Samples.ConfigMap("a").Replace("\"name\":\"a\"",
            "\"name\":\"a\",\"labels\":{\"a b\":\"x\",\"c\":\"!\"},\"annotations\":{\"/x\":\"\"},\"finalizers\":[\"?\"]", StringComparison.Ordinal))).Expect(422);
        Assert.Equal(["metadata.labels", "metadata.labels", "metadata.annotations", "metadata.finalizers"], refused.CauseFields);
    }

    [Fact]
    public async Task Nothing_is_created_in_a_namespace_that_is_not_there()
    {
        await using var api = await LabApi.StartAsync();
        var refused = (await api.PostAsync("/api/v1/namespaces/nowhere/configmaps", Samples.ConfigMap("a"))).Expect(404);
        Assert.Equal("namespaces \"nowhere\" not found", refused.Message);
    }

    [Fact]
    public async Task The_body_and_the_path_must_name_the_same_thing()
    {
        await using var api = await LabApi.StartAsync();
        (await api.PostAsync(Maps, Samples.ConfigMap("a"))).Expect(201);
        Assert.Equal("the name of the object (b) does not match the name on the URL (a)", (await api.PutAsync($"{Maps}/a", Samples.ConfigMap("b"))).Expect(400).Message);
        Assert.Equal("the namespace of the provided object does not match the namespace sent on the request",
            (await api.PostAsync(Maps, """{"metadata":{"name":"b","namespace":"other"}}""")).Expect(400).Message);
        (await api.PostAsync(Maps, """{"apiVersion":"v2","kind":"ConfigMap","metadata":{"name":"b"}}""")).Expect(400);
        (await api.PostAsync(Maps, """{"apiVersion":"v1","kind":"Secret","metadata":{"name":"b"}}""")).Expect(400);
        (await api.PutAsync($"{Maps}/a", """{"metadata":{}}""")).Expect(400);
    }

    [Fact]
    public async Task Of_two_writers_with_the_same_version_the_second_gets_a_conflict()
    {
        await using var api = await LabApi.StartAsync();
        var lease = new V1Lease { Metadata = new V1ObjectMeta { Name = "x" }, Spec = new V1LeaseSpec { HolderIdentity = "none", LeaseDurationSeconds = 15 } };
        await api.Kubernetes.CoordinationV1.CreateNamespacedLeaseAsync(lease, "default");
        var first = await api.Kubernetes.CoordinationV1.ReadNamespacedLeaseAsync("x", "default");
        var second = await api.Kubernetes.CoordinationV1.ReadNamespacedLeaseAsync("x", "default");
        first.Spec.HolderIdentity = "first";
        first.Spec.RenewTime = DateTime.UtcNow;
        second.Spec.HolderIdentity = "second";
        await api.Kubernetes.CoordinationV1.ReplaceNamespacedLeaseAsync(first, "x", "default");
        var failure = await Assert.ThrowsAsync<HttpOperationException>(
            () => api.Kubernetes.CoordinationV1.ReplaceNamespacedLeaseAsync(second, "x", "default"));
        Assert.Equal(409, (int)failure.Response.StatusCode);
        var status = KubernetesJson.Deserialize<V1Status>(failure.Response.Content);
        Assert.Equal("Conflict", status.Reason);
        Assert.Equal("Operation cannot be fulfilled on leases.coordination.k8s.io \"x\": the object has been modified; "
            + "please apply your changes to the latest version and try again", status.Message);
        Assert.Equal("leases", status.Details.Kind);
        Assert.Equal("first", (await api.Kubernetes.CoordinationV1.ReadNamespacedLeaseAsync("x", "default")).Spec.HolderIdentity);
    }

    [Fact]
    public async Task Of_many_writers_at_once_exactly_one_wins_each_version()
    {
        await using var api = await LabApi.StartAsync();
        var version = (await api.PostAsync(Leases, """{"metadata":{"name":"x"},"spec":{"leaseTransitions":0}}""")).Expect(201).Version;
        var answers = await Task.WhenAll(Enumerable.Range(1, 16).Select(i => api.PutAsync($"{Leases}/x",
            $$$"""{"metadata":{"name":"x","resourceVersion":"{{{version}}}"},"spec":{"leaseTransitions":{{{i}}} } }""")));
        Assert.Single(answers, answer => answer.Code == 200);
        Assert.Equal(15, answers.Count(answer => answer.Code == 409));
    }

    [Fact]
    public async Task A_replacement_without_resourceVersion_is_for_kinds_that_allow_it()
    {
        await using var api = await LabApi.StartAsync();
        (await api.PostAsync(Maps, Samples.ConfigMap("a"))).Expect(201);
        (await api.PutAsync($"{Maps}/a", Samples.ConfigMap("a", ",\"data\":{\"k\":\"v\"}"))).Expect(200);
        (await api.PostAsync(Leases, """{"metadata":{"name":"x"}}""")).Expect(201);
        var refused = (await api.PutAsync($"{Leases}/x", """{"metadata":{"name":"x"}}""")).Expect(422);
        Assert.Equal("leases.coordination.k8s.io \"x\" is invalid: metadata.resourceVersion: Invalid value: 0x0: must be specified for an update", refused.Message);
        (await api.PostAsync(Samples.Gadgets, Samples.Gadget("g", """{"size":1}"""))).Expect(201);
        (await api.PutAsync($"{Samples.Gadgets}/g", Samples.Gadget("g", """{"size":2}"""))).Expect(422);
    }

    [Fact]
    public async Task A_replacement_of_what_is_not_there_creates_only_leases_and_events()
    {
        await using var api = await LabApi.StartAsync();
        Assert.Equal("configmaps \"a\" not found", (await api.PutAsync($"{Maps}/a", Samples.ConfigMap("a"))).Expect(404).Message);
        (await api.PutAsync($"{Leases}/x", """{"metadata":{"name":"x"}}""")).Expect(201);
        (await api.PutAsync($"{Leases}/y", """{"metadata":{"name":"y","uid":"old"}}""")).Expect(409);
    }

    [Fact]
    public async Task A_write_that_changes_nothing_has_no_new_version_and_no_event()
    {
        await using var api = await LabApi.StartAsync();
        var made = (await api.PostAsync(Maps, Samples.ConfigMap("a", ",\"data\":{\"k\":\"v\"}"))).Expect(201);
        Assert.Equal(made.Version, (await api.PutAsync($"{Maps}/a", Samples.ConfigMap("a", ",\"data\":{\"k\":\"v\"}"))).Expect(200).Version);
        Assert.Equal(made.Version, (await api.MergeAsync($"{Maps}/a", """{"data":{"k":"v"}}""")).Expect(200).Version);
        Assert.NotEqual(made.Version, (await api.MergeAsync($"{Maps}/a", """{"data":{"k":"w"}}""")).Expect(200).Version);
    }

    [Fact]
    public async Task Deleting_honours_preconditions_and_answers_with_a_status()
    {
        await using var api = await LabApi.StartAsync();
        var made = (await api.PostAsync(Maps, Samples.ConfigMap("a"))).Expect(201);
        var refused = (await api.SendAsync("DELETE", $"{Maps}/a", """{"preconditions":{"uid":"other"}}""")).Expect(409);
        Assert.Contains("Precondition failed: UID in precondition: other, UID in object meta: ", refused.Message, StringComparison.Ordinal);
        (await api.SendAsync("DELETE", $"{Maps}/a", """{"preconditions":{"resourceVersion":"1"}}""")).Expect(409);
        var gone = (await api.SendAsync("DELETE", $"{Maps}/a", $$$"""{"preconditions":{"resourceVersion":"{{{made.Version}}}"} }""")).Expect(200);
        Assert.Equal("Success", gone["status"]!.GetValue<string>());
        Assert.Equal("configmaps", gone["details", "kind"]!.GetValue<string>());
        Assert.Equal("configmaps \"a\" not found", (await api.GetAsync($"{Maps}/a")).Expect(404).Message);
        (await api.SendAsync("DELETE", $"{Maps}/a")).Expect(404);
    }

    [Fact]
    public async Task Finalizers_hold_a_deletion_up()
    {
        await using var api = await LabApi.StartAsync();
        (await api.PostAsync(Samples.Gadgets, Samples.Gadget("a", """{"size":1}""").Replace("\"name\":\"a\"", "\"name\":\"a\",\"finalizers\":[\"x.example.com/f\"]", StringComparison.Ordinal))).Expect(201);
        Assert.NotNull((await api.SendAsync("DELETE", $"{Samples.Gadgets}/a")).Expect(200)["metadata", "deletionTimestamp"]);
        (await api.GetAsync($"{Samples.Gadgets}/a")).Expect(200);
        (await api.MergeAsync($"{Samples.Gadgets}/a", """{"metadata":{"finalizers":null}}""")).Expect(200);
        (await api.GetAsync($"{Samples.Gadgets}/a")).Expect(404);
    }

    [Fact]
    public async Task What_is_owned_goes_with_its_last_owner()
    {
        await using var api = await LabApi.StartAsync();
        async Task<string> MakeAsync(string name, string owners) =>
            (await api.PostAsync(Maps, Samples.ConfigMap(name).Replace("\"name\":", $"\"ownerReferences\":[{owners}],\"name\":", StringComparison.Ordinal)))
                .Expect(201)["metadata", "uid"]!.GetValue<string>();
        static string Owner(string name, string uid) => $$"""{"apiVersion":"v1","kind":"ConfigMap","name":"{{name}}","uid":"{{uid}}"}""";
        var a = await MakeAsync("a", "");
        var b = await MakeAsync("b", "");
        await MakeAsync("both", $"{Owner("a", a)},{Owner("b", b)}");
        await MakeAsync("second", Owner("one", await MakeAsync("one", Owner("a", a))));
        (await api.SendAsync("DELETE", $"{Maps}/a")).Expect(200);
        (await api.GetAsync($"{Maps}/one")).Expect(404);
        (await api.GetAsync($"{Maps}/second")).Expect(404);
        (await api.GetAsync($"{Maps}/both")).Expect(200);
        (await api.SendAsync("DELETE", $"{Maps}/b")).Expect(200);
        (await api.GetAsync($"{Maps}/both")).Expect(404);
    }

    [Fact]
    public async Task A_namespace_takes_its_content_along_and_the_eternal_ones_stay()
    {
        await using var api = await LabApi.StartAsync();
        var made = (await api.PostAsync("/api/v1/namespaces", """{"metadata":{"name":"s"}}""")).Expect(201);
        Assert.Equal("s", made["metadata", "labels", "kubernetes.io/metadata.name"]!.GetValue<string>());
        Assert.Equal("Active", made["status", "phase"]!.GetValue<string>());
        (await api.PostAsync("/api/v1/namespaces/s/configmaps", Samples.ConfigMap("a"))).Expect(201);
        (await api.SendAsync("DELETE", "/api/v1/namespaces/s")).Expect(200);
        Assert.Empty((await api.GetAsync("/api/v1/configmaps")).Expect(200)["items"]!.AsArray());
        Assert.Equal("Forbidden", (await api.SendAsync("DELETE", "/api/v1/namespaces/default")).Expect(403).Reason);
        (await api.PostAsync("/api/v1/namespaces", """{"metadata":{"name":"a.b"}}""")).Expect(422);
    }

    [Fact]
    public async Task A_dry_run_answers_and_writes_nothing()
    {
        await using var api = await LabApi.StartAsync();
        (await api.PostAsync($"{Maps}?dryRun=All", Samples.ConfigMap("a"))).Expect(201);
        (await api.GetAsync($"{Maps}/a")).Expect(404);
        (await api.PostAsync(Maps, Samples.ConfigMap("a"))).Expect(201);
        (await api.SendAsync("DELETE", $"{Maps}/a?dryRun=All")).Expect(200);
        (await api.GetAsync($"{Maps}/a")).Expect(200);
        (await api.PostAsync($"{Maps}?dryRun=Some", Samples.ConfigMap("b"))).Expect(422);
    }

    [Fact]
    public async Task Kinds_check_their_own_rules()
    {
        await using var api = await LabApi.StartAsync();
        Assert.Equal(["data[a b]"], (await api.PostAsync(Maps, Samples.ConfigMap("a", ",\"data\":{\"a b\":\"\"}"))).Expect(422).CauseFields);
        Assert.Equal(["data[k]"], (await api.PostAsync(Maps, Samples.ConfigMap("a", ",\"data\":{\"k\":\"\"},\"binaryData\":{\"k\":\"\"}"))).Expect(422).CauseFields);
        (await api.PostAsync(Maps, Samples.ConfigMap("a", ",\"binaryData\":{\"k\":\"no base 64\"}"))).Expect(400);
        (await api.PostAsync(Maps, Samples.ConfigMap("a", $",\"data\":{{\"k\":\"{new string('x', 1 << 20)}y\"}}"))).Expect(422);
        (await api.PostAsync(Maps, Samples.ConfigMap("a", ",\"immutable\":true,\"data\":{\"k\":\"\"}"))).Expect(201);
        Assert.Equal(["data"], (await api.MergeAsync($"{Maps}/a", """{"data":{"k":"other"}}""")).Expect(422).CauseFields);
        Assert.Equal(["spec.leaseDurationSeconds", "spec.leaseTransitions"],
            (await api.PostAsync(Leases, """{"metadata":{"name":"x"},"spec":{"leaseDurationSeconds":0,"leaseTransitions":-1}}""")).Expect(422).CauseFields);
    }

    [Theory]
    [InlineData("2026-01-02T03:04:05.678901Z", "2026-01-02T03:04:05.678901Z")]
    [InlineData("2026-01-02T03:04:05.678901+01:00", "2026-01-02T02:04:05.678901Z")]
    [InlineData("2026-01-02T03:04:05Z", null)]
    [InlineData("2026-01-02T03:04:05.678Z", null)]
    [InlineData("yesterday", null)]
    public async Task A_lease_counts_in_microseconds_and_takes_nothing_else(string sent, string? stored)
    {
        await using var api = await LabApi.StartAsync();
        var answer = await api.PostAsync(Leases, $$$"""{"metadata":{"name":"x"},"spec":{"renewTime":"{{{sent}}}"} }""");
        if (stored is null)
            Assert.Contains("as \"2006-01-02T15:04:05.000000Z07:00\"", answer.Expect(400).Message, StringComparison.Ordinal);
        else
            Assert.Equal(stored, answer.Expect(201)["spec", "renewTime"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_event_about_a_cluster_scoped_object_lives_in_the_namespace_default()
    {
        await using var api = await LabApi.StartAsync();
        const string about = """{"metadata":{"name":"e"},"involvedObject":{"kind":"BundleUpgrade","name":"cluster"},"reason":"R","type":"Normal"}""";
        (await api.PostAsync("/api/v1/namespaces/default/events", about)).Expect(201);
        Assert.Equal(["involvedObject.namespace"], (await api.PostAsync("/api/v1/namespaces/kube-system/events", about)).Expect(422).CauseFields);
    }

    [Fact]
    public async Task Bodies_that_are_no_JSON_of_the_kind_are_bad_requests()
    {
        await using var api = await LabApi.StartAsync();
        (await api.PostAsync(Maps, "{")).Expect(400);
        (await api.PostAsync(Maps, "[]")).Expect(400);
        Assert.Equal("ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string",
            (await api.PostAsync(Maps, Samples.ConfigMap("a", ",\"data\":{\"k\":1}"))).Expect(400).Message);
        (await api.SendAsync("POST", Maps, "metadata: {}", "text/plain")).Expect(415);
        (await api.PostAsync(Maps, new string(' ', (3 << 20) + 1))).Expect(413);
        (await api.PostAsync(Samples.Gadgets, Samples.Gadget("a", $$$"""{"size":1,"free":{"x":"{{{new string('x', 1600 << 10)}}}"} }"""))).Expect(500);
    }
}
