using Handcarry.Lab.Api;
using Handcarry.Lab.Api.Resources;

namespace Handcarry.Lab.Tests.Api;

/// <summary>The definitions that OpenShift publishes, served by the lab's API server.</summary>
public sealed class PublishedCrdTests
{
    private const string Pools = "/apis/machineconfiguration.openshift.io/v1/machineconfigpools";
    private const string Sets = "/apis/machineconfiguration.openshift.io/v1/pinnedimagesets";

    [SkippableFact]
    public void Every_published_definition_is_read_whole()
    {
        Skip.If(PublishedCrds.Files.Count == 0, "the published CRDs are not at hand");
        foreach (var file in PublishedCrds.Files)
        {
            var type = CustomResource.Define(PublishedCrds.Read(file));
            Assert.True(type.Schema.Properties.ContainsKey("spec"), file);
        }
    }

    [SkippableTheory]
    [InlineData("pinnedimagesets", """{"pinnedImages":[{"name":"quay.io/a/b@sha256:DIGEST"}]}""", null)]
    [InlineData("pinnedimagesets", """{"pinnedImages":[{"name":"quay.io/a/b:latest"}]}""", "spec.pinnedImages[0].name")]
    [InlineData("pinnedimagesets", """{"pinnedImages":[{"name":"localhost/a/b@sha256:DIGEST"}]}""", "spec.pinnedImages[0].name")]
    [InlineData("pinnedimagesets", """{"pinnedImages":[{"name":"quay.io/a/b/c@sha256:DIGEST"}]}""", "spec.pinnedImages[0].name")]
    [InlineData("pinnedimagesets", """{"pinnedImages":[{"name":"quay.io/a/b@sha256:DIGEST"},{"name":"quay.io/a/b@sha256:DIGEST"}]}""", "spec.pinnedImages[1]")]
    [InlineData("pinnedimagesets", """{"pinnedImages":[]}""", "spec.pinnedImages")]
    [InlineData("pinnedimagesets", """{}""", "spec.pinnedImages")]
    [InlineData("machineconfigpools", """{"paused":true,"maxUnavailable":"10%","pinnedImageSets":[{"name":"handcarry"}]}""", null)]
    [InlineData("machineconfigpools", """{"maxUnavailable":true}""", "spec.maxUnavailable")]
    [InlineData("machineconfigpools", """{"pinnedImageSets":[{"name":"Not_A_Name"}]}""", "spec.pinnedImageSets[0].name")]
    [InlineData("imagedigestmirrorsets", """{"imageDigestMirrors":[{"source":"quay.io/a","mirrors":["localhost:5000/a"],"mirrorSourcePolicy":"NeverContactSource"}]}""", null)]
    [InlineData("imagedigestmirrorsets", """{"imageDigestMirrors":[{"source":"quay.io/a","mirrorSourcePolicy":"Never"}]}""", "spec.imageDigestMirrors[0].mirrorSourcePolicy")]
    [InlineData("machinehealthchecks", """{"selector":{},"maxUnhealthy":"40%","unhealthyConditions":[{"type":"Ready","status":"False","timeout":"300s"}]}""", null)]
    [InlineData("machinehealthchecks", """{"selector":{},"maxUnhealthy":"40","unhealthyConditions":[{"type":"Ready","status":"False","timeout":"soon"}]}""", "spec.unhealthyConditions[0].timeout")]
    public async Task Specs_are_judged_as_the_published_definition_says(string plural, string spec, string? field)
    {
        var crd = PublishedCrds.Read(PublishedCrds.FileOf(plural));
        var type = CustomResource.Define(crd);
        await using var api = await LabApi.StartAsync(new LabApiOptions { Crds = [PublishedCrds.Text(PublishedCrds.FileOf(plural))] });
        var space = type.Namespaced ? "namespaces/default/" : "";
        var body = $$"""{"apiVersion":"{{type.ApiVersion}}","kind":"{{type.Kind}}","metadata":{"name":"a"},"spec":{{spec.Replace("DIGEST", new string('a', 64), StringComparison.Ordinal)}}}""";
        var answer = await api.PostAsync($"/apis/{type.ApiVersion}/{space}{type.Plural}?fieldValidation=Strict", body);
        if (field is null)
            answer.Expect(201);
        else
            Assert.Contains(field, answer.Expect(422).CauseFields);
    }

    [SkippableFact]
    public async Task A_generation_that_goes_back_is_refused_in_the_item_it_belongs_to()
    {
        await using var api = await LabApi.StartAsync(new LabApiOptions { Crds = [PublishedCrds.Text(PublishedCrds.FileOf("machineconfignodes"))] });
        const string nodes = "/apis/machineconfiguration.openshift.io/v1/machineconfignodes";
        (await api.PostAsync(nodes, """
            {"apiVersion":"machineconfiguration.openshift.io/v1","kind":"MachineConfigNode","metadata":{"name":"n"},
             "spec":{"configVersion":{"desired":"rendered-a"},"node":{"name":"n"},"pool":{"name":"worker"}}}
            """)).Expect(201);
        static string Status(int other, int ours) => $$$"""
            {"status":{"observedGeneration":1,"configVersion":{"desired":"rendered-a"},"pinnedImageSets":[
              {"name":"other","desiredGeneration":{{{other}}},"currentGeneration":{{{other}}} },
              {"name":"ours","desiredGeneration":{{{ours}}},"currentGeneration":{{{ours}}} }]}}
            """;
        (await api.MergeAsync($"{nodes}/n/status", Status(5, 2))).Expect(200);
        Assert.Contains("status.pinnedImageSets[1].desiredGeneration", (await api.MergeAsync($"{nodes}/n/status", Status(5, 1))).Expect(422).CauseFields);
        (await api.MergeAsync($"{nodes}/n/status", Status(6, 3))).Expect(200);
    }

    [SkippableFact]
    public async Task A_pool_takes_a_reference_to_a_set_beside_those_of_others()
    {
        await using var api = await LabApi.StartAsync(new LabApiOptions
        {
            Crds = [PublishedCrds.Text(PublishedCrds.FileOf("machineconfigpools")), PublishedCrds.Text(PublishedCrds.FileOf("pinnedimagesets"))],
        });
        (await api.PostAsync(Sets, $$$"""
            {"apiVersion":"machineconfiguration.openshift.io/v1","kind":"PinnedImageSet","metadata":{"name":"ours"},
             "spec":{"pinnedImages":[{"name":"quay.io/a/b@sha256:{{{new string('b', 64)}}}"}]}}
            """)).Expect(201);
        (await api.PostAsync(Pools, """
            {"apiVersion":"machineconfiguration.openshift.io/v1","kind":"MachineConfigPool","metadata":{"name":"worker"},"spec":{"pinnedImageSets":[{"name":"theirs"}]}}
            """)).Expect(201);
        var patched = (await api.JsonPatchAsync($"{Pools}/worker", """[{"op":"add","path":"/spec/pinnedImageSets/-","value":{"name":"ours"}}]""")).Expect(200);
        Assert.Equal("ours", patched["spec", "pinnedImageSets", "1", "name"]!.GetValue<string>());
        Assert.Contains("spec.pinnedImageSets[2]",
            (await api.JsonPatchAsync($"{Pools}/worker", """[{"op":"add","path":"/spec/pinnedImageSets/-","value":{"name":"ours"}}]""")).Expect(422).CauseFields);
    }
}
