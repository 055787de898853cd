using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace Handcarry.Lab.Tests.Api;

public sealed class PatchTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private const string Strategic = "application/strategic-merge-patch+json";

    [Fact]
    public async Task A_merge_patch_sets_and_removes()
    {
        await using var api = await LabApi.StartAsync();
        (await api.PostAsync(Maps, Samples.ConfigMap("a", ",\"data\":{\"k\":\"v\",\"l\":\"w\"}"))).Expect(201);
        var patched = (await api.MergeAsync($"{Maps}/a", """{"data":{"k":null,"m":"x"}}""")).Expect(200);
        Assert.Equal("""{"l":"w","m":"x"}""", patched["data"]!.ToJsonString());
        (await api.MergeAsync($"{Maps}/b", "{}")).Expect(404);
        (await api.MergeAsync($"{Maps}/a", "[]")).Expect(400);
        (await api.MergeAsync($"{Maps}/a", "{")).Expect(400);
    }

    [Fact]
    public async Task A_patch_with_a_resourceVersion_is_guarded_by_it()
    {
        await using var api = await LabApi.StartAsync();
        var made = (await api.PostAsync(Samples.Gadgets, Samples.Gadget("a", """{"size":1}"""))).Expect(201);
        (await api.MergeAsync($"{Samples.Gadgets}/a", """{"spec":{"size":2}}""")).Expect(200);
        var stale = await api.MergeAsync($"{Samples.Gadgets}/a", $$$"""{"metadata":{"resourceVersion":"{{{made.Version}}}"},"spec":{"size":3} }""");
        Assert.Equal("Conflict", stale.Expect(409).Reason);
        Assert.Equal(2, (await api.GetAsync($"{Samples.Gadgets}/a"))["spec", "size"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_JSON_patch_applies_as_a_whole_or_not_at_all()
    {
        await using var api = await LabApi.StartAsync();
        (await api.PostAsync(Maps, Samples.ConfigMap("a", ",\"data\":{\"k\":\"v\"}"))).Expect(201);
        var refused = await api.JsonPatchAsync($"{Maps}/a", """[{"op":"add","path":"/data/l","value":"w"},{"op":"test","path":"/data/k","value":"x"}]""");
        Assert.Equal("Invalid", refused.Expect(422).Reason);
        Assert.Equal("the server rejected our request due to an error in our request", refused.Message);
        Assert.Equal("""{"k":"v"}""", (await api.GetAsync($"{Maps}/a"))["data"]!.ToJsonString());
        (await api.JsonPatchAsync($"{Maps}/a", """[{"op":"test","path":"/data/k","value":"v"},{"op":"replace","path":"/data/k","value":"x"}]""")).Expect(200);
        (await api.JsonPatchAsync($"{Maps}/a", """[{"op":"remove","path":"/data/none"}]""")).Expect(422);
        (await api.JsonPatchAsync($"{Maps}/a", """[{"op":"dance","path":"/data"}]""")).Expect(400);
        (await api.JsonPatchAsync($"{Maps}/a", """{"data":{}}""")).Expect(400);
        (await api.JsonPatchAsync($"{Maps}/a", $"[{string.Join(",", Enumerable.Repeat("""{"op":"test","path":"/kind","value":"ConfigMap"}""", 10_001))}]")).Expect(413);
    }

    [Fact]
    public async Task A_JSON_patch_can_test_the_version_it_was_made_for()
    {
        await using var api = await LabApi.StartAsync();
        var made = (await api.PostAsync(Maps, Samples.ConfigMap("a"))).Expect(201);
        (await api.MergeAsync($"{Maps}/a", """{"data":{"k":"v"}}""")).Expect(200);
        (await api.JsonPatchAsync($"{Maps}/a", $$"""[{"op":"test","path":"/metadata/resourceVersion","value":"{{made.Version}}"}]""")).Expect(422);
        (await api.JsonPatchAsync($"{Maps}/a", $$"""[{"op":"replace","path":"/metadata/resourceVersion","value":"{{made.Version}}"}]""")).Expect(409);
    }

    [Fact]
    public async Task A_strategic_patch_is_for_built_in_kinds_only()
    {
        await using var api = await LabApi.StartAsync();
        (await api.PostAsync(Samples.ClusterVersions, Samples.ClusterVersion)).Expect(201);
        var refused = (await api.SendAsync("PATCH", $"{Samples.ClusterVersions}/version", "{}", Strategic)).Expect(415);
        Assert.Equal("the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml", refused.Message);

        await api.Kubernetes.CoreV1.CreateNodeAsync(new V1Node
        {
            Metadata = new V1ObjectMeta { Name = "n" },
            Spec = new V1NodeSpec { Taints = [new V1Taint { Key = "a", Effect = "NoSchedule" }, new V1Taint { Key = "b", Effect = "NoSchedule" }] },
        });
        var patched = await api.Kubernetes.CoreV1.PatchNodeAsync(new V1Patch(
            """{"spec":{"taints":[{"key":"b","value":"2"},{"key":"a","$patch":"delete"},{"key":"c","effect":"NoExecute"}]}}""", V1Patch.PatchType.StrategicMergePatch), "n");
        Assert.Equal("b=2:NoSchedule,c=:NoExecute", string.Join(",", patched.Spec.Taints.Select(t => $"{t.Key}={t.Value}:{t.Effect}")));
        await api.Kubernetes.CoreV1.PatchNodeStatusAsync(new V1Patch(
            """{"status":{"conditions":[{"type":"Ready","status":"True"}]}}""", V1Patch.PatchType.StrategicMergePatch), "n");
        var status = await api.Kubernetes.CoreV1.PatchNodeStatusAsync(new V1Patch(
            """{"status":{"conditions":[{"type":"Ready","status":"False"},{"type":"DiskPressure","status":"False"}]}}""", V1Patch.PatchType.StrategicMergePatch), "n");
        Assert.Equal(["Ready False", "DiskPressure False"], status.Status.Conditions.Select(c => $"{c.Type} {c.Status}"));
    }

    [Fact]
    public async Task A_patch_cannot_rename_or_change_the_kind()
    {
        await using var api = await LabApi.StartAsync();
        (await api.PostAsync(Maps, Samples.ConfigMap("a"))).Expect(201);
        (await api.MergeAsync($"{Maps}/a", """{"metadata":{"name":"b"}}""")).Expect(400);
        (await api.MergeAsync($"{Maps}/a", """{"kind":"Secret"}""")).Expect(400);
        (await api.MergeAsync($"{Maps}/a", """{"metadata":{"uid":"other"}}""")).Expect(409);
    }
}
