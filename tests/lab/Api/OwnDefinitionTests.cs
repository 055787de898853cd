using System.Text.Json.Nodes;
using Handcarry.Lab.Api;
using Handcarry.Lab.Api.Schemas.Cel;
using Handcarry.Lab.Site;

namespace Handcarry.Lab.Tests.Api;

/// <summary>deploy/crd/bundleupgrades.yaml, as the oldest API server that agents meet takes it.</summary>
public sealed class OwnDefinitionTests
{
    private const int Oldest = 26;

    [Fact]
    public void Its_rules_use_nothing_that_came_after_Kubernetes_1_26()
    {
        var rules = Validations(YamlJson.ReadAll(SiteCluster.Definition())[0]).ToList();
        Assert.True(rules.Count >= 4);
        foreach (var rule in rules)
        {
            Assert.Equal(["message", "rule"], rule.Select(static member => member.Key).Order(StringComparer.Ordinal));
            Assert.InRange(CelExpression.Parse(rule.Text("rule")!).Since, 1, Oldest);
        }
    }

    [Fact]
    public async Task People_see_phase_version_nodes_age_and_message()
    {
        await using var api = await LabApi.StartAsync(new LabApiOptions { Crds = [SiteCluster.Definition()] });
        api.Server.Objects.Put((JsonObject)JsonNode.Parse("""
            {"apiVersion":"handcarry.dev/v1alpha1","kind":"BundleUpgrade","metadata":{"name":"cluster"},"spec":{},
             "status":{"phase":"Carrying","message":"Carrying.","nodesReady":"3/5","bundle":{"version":"4.17.12"}}}
            """)!);
        api.Http.DefaultRequestHeaders.Accept.ParseAdd("application/json;as=Table;v=v1;g=meta.k8s.io");
        var table = (await api.GetAsync("/apis/handcarry.dev/v1alpha1/bundleupgrades")).Expect(200);
        Assert.Equal(["Name", "Phase", "Version", "Nodes", "Age", "Message"], table["columnDefinitions"]!.AsArray().Select(column => column!.Text("name")));
        Assert.Equal(["cluster", "Carrying", "4.17.12", "3/5"], table["rows", "0", "cells"]!.AsArray().Take(4).Select(cell => cell.Text()));
    }

    private static IEnumerable<JsonObject> Validations(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(static member => member.Key == "x-kubernetes-validations"
            ? ((JsonArray)member.Value!).Select(static rule => (JsonObject)rule!)
            : Validations(member.Value)),
        JsonArray items => items.SelectMany(Validations),
        _ => [],
    };
}
