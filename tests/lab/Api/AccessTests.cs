using System.Net.Http.Headers;

namespace Handcarry.Lab.Tests.Api;

/// <summary>Who may do what, by roles and bindings.</summary>
public sealed class AccessTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task An_account_may_what_its_roles_say_where_they_are_bound_and_nothing_else()
    {
        await using var api = await LabApi.StartAsync();
        Grant(api, """{apiGroups: [""], resources: [configmaps], verbs: [get, create]}""");
        (await api.PostAsync(Maps, Samples.ConfigMap("a"))).Expect(201);
        Become(api);
        (await api.GetAsync($"{Maps}/a")).Expect(200);
        (await api.PostAsync(Maps, Samples.ConfigMap("b"))).Expect(201);
        var refused = (await api.MergeAsync($"{Maps}/a", "{}")).Expect(403);
        Assert.Equal("Forbidden", refused.Reason);
        Assert.Equal("configmaps \"a\" is forbidden: User \"system:serviceaccount:default:robot\" cannot patch resource \"configmaps\" in API group \"\" "
            + "in the namespace \"default\"", refused.Message);
        (await api.GetAsync(Maps)).Expect(403);
        (await api.GetAsync("/api/v1/namespaces/kube-system/configmaps/a")).Expect(403);
        Assert.EndsWith("cannot list resource \"nodes\" in API group \"\" at the cluster scope", (await api.GetAsync("/api/v1/nodes")).Expect(403).Message, StringComparison.Ordinal);
        (await api.GetAsync("/apis")).Expect(200);
        (await api.GetAsync("/apis/unheard.of/v1/things")).Expect(403);
    }

    [Fact]
    public async Task A_name_restricts_and_a_list_of_that_one_name_is_within_it()
    {
        await using var api = await LabApi.StartAsync();
        Grant(api, """{apiGroups: [""], resources: [configmaps], resourceNames: [a], verbs: [get, list, watch]}""");
        Become(api);
        (await api.GetAsync($"{Maps}/a")).Expect(404);
        (await api.GetAsync($"{Maps}/b")).Expect(403);
        (await api.GetAsync(Maps)).Expect(403);
        (await api.GetAsync($"{Maps}?fieldSelector=metadata.name%3Da")).Expect(200);
        (await api.GetAsync($"{Maps}?fieldSelector=metadata.name%3Db")).Expect(403);
        (await api.GetAsync($"{Maps}?watch=true&timeoutSeconds=1&fieldSelector=metadata.name%3Da")).Expect(200);
    }

    [Fact]
    public async Task What_creates_by_another_verb_must_be_allowed_to_create()
    {
        await using var api = await LabApi.StartAsync();
        Grant(api, """{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, update, patch]}""");
        Become(api);
        const string lease = "/apis/coordination.k8s.io/v1/namespaces/default/leases/l";
        const string body = """{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"l"}}""";
        Assert.Contains("cannot create", (await api.PutAsync(lease, body)).Expect(403).Message, StringComparison.Ordinal);
        Assert.Contains("cannot create", (await api.SendAsync("PATCH", $"{lease}?fieldManager=m", body, "application/apply-patch+yaml")).Expect(403).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_status_is_a_resource_of_its_own()
    {
        await using var api = await LabApi.StartAsync();
        (await api.PostAsync(Samples.Gadgets, Samples.Gadget("a", """{"size":1}"""))).Expect(201);
        Grant(api, "{apiGroups: [test.example.com], resources: [gadgets/status], verbs: [patch]}", clusterWide: true);
        Become(api);
        (await api.MergeAsync($"{Samples.Gadgets}/a/status", """{"status":{"phase":"x"}}""")).Expect(200);
        (await api.MergeAsync($"{Samples.Gadgets}/a", """{"spec":{"size":2}}""")).Expect(403);
    }

    [Fact]
    public async Task Reviews_answer_who_it_is_and_what_it_may()
    {
        await using var api = await LabApi.StartAsync();
        Grant(api, """{apiGroups: [""], resources: [configmaps], verbs: [get]}""");
        var token = api.Server.TokenFor("default", "robot");
        var who = (await api.PostAsync("/apis/authentication.k8s.io/v1/tokenreviews",
            $$$"""{"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{"token":"{{{token}}}"}}""")).Expect(201);
        Assert.True(who["status", "authenticated"]!.GetValue<bool>());
        Assert.Equal("system:serviceaccount:default:robot", who["status", "user", "username"]!.GetValue<string>());
        var nobody = (await api.PostAsync("/apis/authentication.k8s.io/v1/tokenreviews",
            """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{"token":"x"}}""")).Expect(201);
        Assert.Null(nobody["status", "authenticated"]);
        Assert.True(await MayAsync(api, "get", "default"));
        Assert.False(await MayAsync(api, "list", "default"));
        Assert.False(await MayAsync(api, "get", "kube-system"));
        (await api.GetAsync("/apis/authorization.k8s.io/v1/subjectaccessreviews")).Expect(405);
    }

    [Fact]
    public async Task Only_an_administrator_may_speak_for_others()
    {
        await using var api = await LabApi.StartAsync();
        api.Http.DefaultRequestHeaders.Add("Impersonate-User", "system:serviceaccount:default:robot");
        Assert.Contains("User \"system:serviceaccount:default:robot\" cannot list", (await api.GetAsync(Maps)).Expect(403).Message, StringComparison.Ordinal);
        Become(api);
        Assert.Contains("cannot impersonate resource \"users\"", (await api.GetAsync(Maps)).Expect(403).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Roles_and_bindings_are_checked_and_a_binding_cannot_be_pointed_elsewhere()
    {
        await using var api = await LabApi.StartAsync();
        const string roles = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
        const string bindings = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";
        Assert.Equal(["rules[0].verbs", "rules[0].apiGroups", "rules[0].resources"], (await api.PostAsync(roles,
            """{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"r"},"rules":[{}]}""")).Expect(422).CauseFields);
        static string Binding(string role, string subject) => $$$"""
            {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"b"},
             "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"{{{role}}}"},"subjects":[{{{subject}}}]}
            """;
        Assert.Equal(["subjects[0].namespace"], (await api.PostAsync(bindings, Binding("r", """{"kind":"ServiceAccount","name":"a"}"""))).Expect(422).CauseFields);
        (await api.PostAsync(bindings, Binding("r", """{"kind":"ServiceAccount","name":"a","namespace":"default"}"""))).Expect(201);
        Assert.Contains("cannot change roleRef", (await api.MergeAsync($"{bindings}/b", """{"roleRef":{"name":"other"}}""")).Expect(422).Message, StringComparison.Ordinal);
    }

    private static async Task<bool> MayAsync(LabApi api, string verb, string space) => (await api.PostAsync("/apis/authorization.k8s.io/v1/subjectaccessreviews", $$$$"""
        {"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","spec":{"user":"system:serviceaccount:default:robot",
         "resourceAttributes":{"verb":"{{{{verb}}}}","resource":"configmaps","namespace":"{{{{space}}}}"}}}
        """)).Expect(201)["status", "allowed"]!.GetValue<bool>();

    private static void Become(LabApi api) =>
        api.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", api.Server.TokenFor("default", "robot"));

    private static void Grant(LabApi api, string rule, bool clusterWide = false)
    {
        var (kind, space) = clusterWide ? ("ClusterRole", "") : ("Role", "namespace: default");
        api.Server.Objects.PutYaml($$"""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: {{kind}}
            metadata:
              name: robot
              {{space}}
            rules: [{{rule}}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: {{kind}}Binding
            metadata:
              name: robot
              {{space}}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: {{kind}}, name: robot}
            subjects: [{kind: ServiceAccount, name: robot, namespace: default}]
            """);
    }
}
