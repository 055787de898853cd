using System.Text.Json.Nodes;
using Handcarry.Hosts.OpenShift.Tests.Lab;

namespace Handcarry.Hosts.OpenShift.Tests.Pins;

/// <summary>Pools and machine config nodes of a lab's cluster, and what is in them.</summary>
internal sealed class LabPins(LabCluster cluster)
{
    private const string Group = "machineconfiguration.openshift.io/v1";

    public void AddPool(string name, params string[] others) => cluster.Objects.Put(new JsonObject
    {
        ["apiVersion"] = Group,
        ["kind"] = "MachineConfigPool",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject
        {
            ["paused"] = false,
            ["pinnedImageSets"] = new JsonArray([.. others.Select(other => new JsonObject { ["name"] = other })]),
        },
    });

    public void Report(string node, string fault) => cluster.Objects.Put(new JsonObject
    {
        ["apiVersion"] = Group,
        ["kind"] = "MachineConfigNode",
        ["metadata"] = new JsonObject { ["name"] = node },
        ["spec"] = new JsonObject
        {
            ["node"] = new JsonObject { ["name"] = node },
            ["pool"] = new JsonObject { ["name"] = "worker" },
            ["configVersion"] = new JsonObject { ["desired"] = "rendered-worker-1" },
        },
        ["status"] = new JsonObject
        {
            ["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "PinnedImageSetsDegraded",
                ["status"] = fault.Length > 0 ? "True" : "False",
                ["reason"] = fault.Length > 0 ? "PrefetchFailed" : "AsExpected",
                ["message"] = fault,
                ["lastTransitionTime"] = "2026-01-10T12:00:00Z",
            }),
            ["pinnedImageSets"] = new JsonArray([.. Sets().Select(set => Reported(set, fault))]),
        },
    });

    public IReadOnlyList<JsonObject> Sets() => cluster.Objects.List(Group, "PinnedImageSet");

    public static IEnumerable<string> ImagesOf(JsonObject set) => set["spec"]!["pinnedImages"]!.AsArray().Select(image => (string)image!["name"]!);

    public IReadOnlyList<string> References(string pool) =>
        [.. (cluster.Objects.Find(Group, "MachineConfigPool", "", pool)!["spec"]!["pinnedImageSets"]?.AsArray() ?? []).Select(set => (string)set!["name"]!)];

    private static JsonObject Reported(JsonObject set, string fault)
    {
        var generation = (long)set["metadata"]!["generation"]!;
        var report = new JsonObject { ["name"] = (string)set["metadata"]!["name"]!, ["desiredGeneration"] = generation };
        if (fault.Length > 0)
            (report["lastFailedGeneration"], report["lastFailedGenerationError"]) = (generation, fault);
        else
            report["currentGeneration"] = generation;
        return report;
    }
}
