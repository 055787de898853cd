using System.Text.Json.Nodes;
using k8s;

namespace Handcarry.Lab.Tests.Api;

public sealed class ReadTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task A_list_names_its_kind_and_version_and_built_in_items_do_not_repeat_theirs()
    {
        await using var api = await LabApi.StartAsync();
        await FillAsync(api);
        var maps = (await api.GetAsync(Maps)).Expect(200);
        Assert.Equal("ConfigMapList", maps["kind"]!.GetValue<string>());
        Assert.Null(maps["items", "0", "kind"]);
        (await api.PostAsync(Samples.Gadgets, Samples.Gadget("g", """{"size":1}"""))).Expect(201);
        var gadgets = (await api.GetAsync(Samples.Gadgets)).Expect(200);
        Assert.Equal("GadgetList", gadgets["kind"]!.GetValue<string>());
        Assert.Equal("Gadget", gadgets["items", "0", "kind"]!.GetValue<string>());
        Assert.Equal(gadgets.Version, gadgets["items", "0", "metadata", "resourceVersion"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("labelSelector=tier%3Dweb", "a,b")]
    [InlineData("labelSelector=tier%3D%3Dweb,env%3Dtest", "b")]
    [InlineData("labelSelector=tier!%3Dweb", "c,d")]
    [InlineData("labelSelector=env%20in%20(test,prod)", "b,c")]
    [InlineData("labelSelector=env%20notin%20(test)", "a,c,d")]
    [InlineData("labelSelector=env", "b,c")]
    [InlineData("labelSelector=!env", "a,d")]
    [InlineData("labelSelector=tier%20in%20(web),!env", "a")]
    [InlineData("fieldSelector=metadata.name%3Dc", "c")]
    [InlineData("fieldSelector=metadata.name!%3Dc,metadata.namespace%3Ddefault", "a,b,d")]
    [InlineData("", "a,b,c,d")]
    public async Task Selectors_choose(string query, string names)
    {
        await using var api = await LabApi.StartAsync();
        await FillAsync(api);
        Assert.Equal(names, Names((await api.GetAsync($"{Maps}?{query}")).Expect(200)));
    }

    [Theory]
    [InlineData("labelSelector=a%20b")]
    [InlineData("labelSelector=env%20in%20test")]
    [InlineData("fieldSelector=spec.x%3D1")]
    [InlineData("fieldSelector=nothing")]
    [InlineData("resourceVersion=abc")]
    [InlineData("continue=abc")]
    public async Task Queries_that_cannot_be_understood_are_bad_requests(string query)
    {
        await using var api = await LabApi.StartAsync();
        Assert.Equal("BadRequest", (await api.GetAsync($"{Maps}?{query}")).Expect(400).Reason);
    }

    [Theory]
    [InlineData("watch=true&resourceVersion=1&resourceVersionMatch=NotOlderThan")]
    [InlineData("resourceVersionMatch=Exact")]
    [InlineData("resourceVersion=0&resourceVersionMatch=Exact")]
    [InlineData("resourceVersion=1&resourceVersionMatch=Roughly")]
    public async Task List_options_that_do_not_go_together_are_invalid(string query)
    {
        await using var api = await LabApi.StartAsync();
        Assert.Equal(["resourceVersionMatch"], (await api.GetAsync($"{Maps}?{query}")).Expect(422).CauseFields);
    }

    [Fact]
    public async Task Events_are_found_by_what_they_are_about()
    {
        await using var api = await LabApi.StartAsync();
        foreach (var name in new[] { "one", "two" })
        {
            (await api.PostAsync("/api/v1/namespaces/default/events",
                $$$"""{"metadata":{"name":"{{{name}}}"},"involvedObject":{"kind":"ConfigMap","name":"{{{name}}}","namespace":"default"},"reason":"R{{{name}}}"}""")).Expect(201);
        }
        var found = await api.Kubernetes.CoreV1.ListNamespacedEventAsync("default", fieldSelector: "involvedObject.kind=ConfigMap,involvedObject.name=two");
        Assert.Equal("Rtwo", Assert.Single(found.Items).Reason);
        Assert.Equal("one", Assert.Single((await api.Kubernetes.CoreV1.ListNamespacedEventAsync("default", fieldSelector: "reason=Rone")).Items).Metadata.Name);
    }

    [Fact]
    public async Task How_many_remain_is_not_told_of_a_selection()
    {
        await using var api = await LabApi.StartAsync();
        await FillAsync(api);
        var first = (await api.GetAsync($"{Maps}?limit=2&fieldSelector=metadata.name!=x")).Expect(200);
        Assert.NotNull(first["metadata", "continue"]);
        Assert.Null(first["metadata", "remainingItemCount"]);
    }

    [Fact]
    public async Task A_list_in_chunks_is_of_one_moment_and_expires()
    {
        await using var api = await LabApi.StartAsync();
        await FillAsync(api);
        var first = (await api.GetAsync($"{Maps}?limit=2")).Expect(200);
        Assert.Equal("a,b", Names(first));
        Assert.Equal("2", first["metadata", "remainingItemCount"]!.ToString());
        (await api.SendAsync("DELETE", $"{Maps}/c")).Expect(200);
        var token = first["metadata", "continue"]!.GetValue<string>();
        var second = (await api.GetAsync($"{Maps}?limit=2&continue={token}")).Expect(200);
        Assert.Equal("c,d", Names(second));
        Assert.Equal(first.Version, second.Version);
        Assert.Null(second["metadata", "continue"]);
        api.Server.CompactNow();
        Assert.Equal("Expired", (await api.GetAsync($"{Maps}?limit=2&continue={token}")).Expect(410).Reason);
    }

    [Fact]
    public async Task A_version_of_the_future_is_not_waited_for()
    {
        await using var api = await LabApi.StartAsync();
        var refused = (await api.GetAsync($"{Maps}?resourceVersion=999999")).Expect(504);
        Assert.Equal("Timeout", refused.Reason);
        Assert.Contains("Too large resource version: 999999", refused.Message, StringComparison.Ordinal);
        (await api.GetAsync($"{Maps}?resourceVersion=0")).Expect(200);
    }

    [Theory]
    [InlineData("GET", "/apis/nothing.example.com/v1", 404)]
    [InlineData("GET", "/apis/config.openshift.io/v2/clusterversions", 404)]
    [InlineData("GET", "/api/v1/services", 404)]
    [InlineData("GET", "/api/v1/configmaps/a", 404)]
    [InlineData("GET", "/api/v1/namespaces/default/configmaps/a/status", 404)]
    [InlineData("GET", "/apis/config.openshift.io/v1/namespaces/default/clusterversions", 404)]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("POST", "/api/v1/configmaps", 405)]
    [InlineData("PUT", "/api/v1/namespaces/default/configmaps", 405)]
    [InlineData("DELETE", "/api/v1/namespaces/default/configmaps", 405)]
    [InlineData("POST", "/api/v1/namespaces/default/configmaps/a", 405)]
    [InlineData("DELETE", "/api/v1/nodes/a/status", 405)]
    [InlineData("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", 405)]
    [InlineData("POST", "/apis", 405)]
    public async Task Paths_and_methods_that_are_not_served_are_refused(string method, string path, int code)
    {
        await using var api = await LabApi.StartAsync();
        (await api.SendAsync(method, path, method == "GET" ? null : "{}")).Expect(code);
    }

    [Fact]
    public async Task Only_JSON_is_spoken()
    {
        await using var api = await LabApi.StartAsync();
        api.Http.DefaultRequestHeaders.Accept.ParseAdd("application/vnd.kubernetes.protobuf");
        (await api.GetAsync(Maps)).Expect(406);
        api.Http.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        (await api.GetAsync(Maps)).Expect(200);
    }

    [Fact]
    public async Task Discovery_tells_what_is_served()
    {
        await using var api = await LabApi.StartAsync();
        Assert.Equal(["v1"], (await api.Kubernetes.Core.GetAPIVersionsAsync()).Versions);
        var groups = await api.Kubernetes.Apis.GetAPIVersionsAsync();
        Assert.Equal(["apiextensions.k8s.io", "apps", "authentication.k8s.io", "authorization.k8s.io", "config.openshift.io", "coordination.k8s.io", "rbac.authorization.k8s.io",
                "test.example.com"], groups.Groups.Select(g => g.Name));
        var core = await api.Kubernetes.CoreV1.GetAPIResourcesAsync();
        Assert.Contains(core.Resources, r => r is { Name: "nodes/status", Kind: "Node" });
        var own = (await api.GetAsync("/apis/test.example.com/v1")).Expect(200);
        Assert.Equal("gadgets", own["resources", "0", "name"]!.GetValue<string>());
        Assert.Equal("gd", own["resources", "0", "shortNames", "0"]!.GetValue<string>());
        Assert.Equal("gadgets/status", own["resources", "1", "name"]!.GetValue<string>());
        Assert.Equal("test.example.com/v1", (await api.GetAsync("/apis/test.example.com")).Expect(200)["preferredVersion", "groupVersion"]!.GetValue<string>());
        Assert.Equal("1", (await api.Kubernetes.Version.GetCodeAsync()).Major);
    }

    [Fact]
    public async Task Definitions_can_be_read_and_are_established()
    {
        await using var api = await LabApi.StartAsync();
        var crd = await api.Kubernetes.ApiextensionsV1.ReadCustomResourceDefinitionAsync("gadgets.test.example.com");
        Assert.Contains(crd.Status.Conditions, c => c is { Type: "Established", Status: "True" });
        Assert.Equal(10, crd.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"].Properties["size"].Maximum);
    }

    private static async Task FillAsync(LabApi api)
    {
        foreach (var (name, labels) in new[] { ("a", """{"tier":"web"}"""), ("b", """{"tier":"web","env":"test"}"""), ("c", """{"tier":"db","env":"prod"}"""), ("d", "{}") })
            (await api.PostAsync(Maps, $$$"""{"metadata":{"name":"{{{name}}}","labels":{{{labels}}} } }""")).Expect(201);
    }

    private static string Names(Answer list) =>
        string.Join(",", list["items"]!.AsArray().Select(item => item!["metadata"]!["name"]!.GetValue<string>()));
}
