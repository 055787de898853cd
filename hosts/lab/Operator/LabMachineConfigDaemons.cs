using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Lab.Api;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace Handcarry.Lab.Operator;

/// <summary>
/// The emulated machine config operator: the controller that gives pools the configuration of the release that the cluster runs
/// (<see cref="LabMachineConfigPools"/>), and a daemon on each node that pins the sets its pools refer to. It knows the cluster only through the API and the
/// nodes only through their storage. Nothing can be pulled at a site without a registry, so an image that is not in a node's storage is a failure at once
/// (reference/openshift.md section 4.4).
/// </summary>
public sealed class LabMachineConfigDaemons : IAsyncDisposable
{
    internal const string Group = "machineconfiguration.openshift.io";
    private const string Nodes = "machineconfignodes";

    private readonly Kubernetes _client;
    private readonly LabMachineConfigPools _controller;
    private readonly INodeStores _stores;
    private readonly LabOperatorOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    private LabMachineConfigDaemons(Kubernetes client, INodeStores stores, LabOperatorOptions options)
    {
        (_client, _stores, _options) = (client, stores, options);
        _controller = new LabMachineConfigPools(client, options);
        _work = Task.Run(() => LabLoop.RunAsync("The machine config daemons", _options, async stop =>
        {
            await SyncAsync(stop);
            return _options.SyncEvery;
        }, _stop.Token));
    }

    /// <summary>Starts it with the access of a kubeconfig file.</summary>
    public static LabMachineConfigDaemons Start(string kubeconfig, INodeStores stores, LabOperatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(stores);
        ArgumentNullException.ThrowIfNull(options);
        return new(new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig)), stores, options);
    }

    /// <summary>Stops it; what it has reported stays.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task SyncAsync(CancellationToken cancellationToken)
    {
        var pools = await ListAsync("machineconfigpools", cancellationToken);
        var sets = (await ListAsync("pinnedimagesets", cancellationToken)).ToDictionary(Name, StringComparer.Ordinal);
        var reports = (await ListAsync(Nodes, cancellationToken)).ToDictionary(Name, StringComparer.Ordinal);
        IList<V1Node> nodes = (await _client.CoreV1.ListNodeAsync(cancellationToken: cancellationToken)).Items;
        await _controller.SyncAsync(pools, nodes, cancellationToken);
        foreach (var node in nodes)
        {
            var own = pools.Where(pool => Selects(pool, node)).ToList();
            if (own.Count > 0)
                await PinAsync(node, own, sets, reports.GetValueOrDefault(node.Metadata.Name), cancellationToken);
        }
    }

    private async Task PinAsync(V1Node node, List<JsonObject> pools, Dictionary<string, JsonObject> sets, JsonObject? report, CancellationToken cancellationToken)
    {
        var name = node.Metadata.Name;
        if (report is null)
        {
            await _client.CustomObjects.CreateClusterCustomObjectAsync(MachineConfigNode(name, Name(Primary(pools))), Group, "v1", Nodes, cancellationToken: cancellationToken);
            return;
        }

        // A node that is not well pins nothing, and says nothing new.
        if (node.Status.Conditions.Any(condition => (condition.Type, condition.Status) is ("Ready", not "True") or ("DiskPressure", "True")))
            return;
        var before = Json.Write(report);
        IReadOnlyCollection<string>? present = null;
        var old = (report["status"]?["pinnedImageSets"] as JsonArray ?? []).OfType<JsonObject>().ToDictionary(entry => entry.Text("name") ?? "", StringComparer.Ordinal);
        var (entries, faults) = (new JsonArray(), new List<string>());
        foreach (var reference in pools.SelectMany(References).Distinct(StringComparer.Ordinal))
        {
            if (!sets.TryGetValue(reference, out var set))
            {
                faults.Add($"pinnedimageset.machineconfiguration.openshift.io \"{reference}\" not found");
                continue;
            }

            // What it has pinned is not looked for again until the set changes.
            var known = old.GetValueOrDefault(reference).Number("currentGeneration") == (set["metadata"].Number("generation") ?? 1);
            present = known ? present : present ?? await _stores.ImagesAsync(name);
            var missing = known ? null : Images(set).FirstOrDefault(image => !present!.Contains(image));
            if (missing is not null)
                faults.Add($"failed to get image size for {missing}: no registry answers");
            entries.Add(Entry(set, old.GetValueOrDefault(reference), missing is null ? null : faults[^1]));
        }

        var status = report.Object("status");
        status["pinnedImageSets"] = entries;
        Set(status, "PinnedImageSetsProgressing", faults.Count > 0, faults.Count > 0 ? "ImagePrefetch" : "AsExpected", faults.Count > 0 ? "images are being fetched" : "All is good");
        Set(status, "PinnedImageSetsDegraded", faults.Count > 0, faults.Count > 0 ? "PrefetchFailed" : "AsExpected", faults.Count > 0 ? faults[0] : "All is good");
        if (!before.AsSpan().SequenceEqual(Json.Write(report)))
            await _client.CustomObjects.ReplaceClusterCustomObjectStatusAsync(report, Group, "v1", Nodes, name, cancellationToken: cancellationToken);
    }

    private static JsonObject Entry(JsonObject set, JsonObject? old, string? fault)
    {
        var generation = set["metadata"].Number("generation") ?? 1;
        var entry = new JsonObject { ["name"] = Name(set), ["desiredGeneration"] = generation };
        if (fault is null)
            entry["currentGeneration"] = generation;
        else if (old.Number("currentGeneration") is { } current)
            entry["currentGeneration"] = current;
        if (fault is not null)
            (entry["lastFailedGeneration"], entry["lastFailedGenerationError"]) = (generation, fault);
        else if (old.Number("lastFailedGeneration") is { } failed)
            (entry["lastFailedGeneration"], entry["lastFailedGenerationError"]) = (failed, "");
        return entry;
    }

    private void Set(JsonObject status, string type, bool holds, string reason, string message)
    {
        var conditions = status["conditions"] as JsonArray;
        if (conditions is null)
            status["conditions"] = conditions = [];
        var there = conditions.OfType<JsonObject>().FirstOrDefault(condition => condition.Text("type") == type);
        if (there is null)
            conditions.Add(there = new JsonObject { ["type"] = type });
        var said = holds ? "True" : "False";
        if (there.Text("status") != said)
            there["lastTransitionTime"] = _options.Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        (there["status"], there["reason"], there["message"]) = (said, reason, message);
    }

    private async Task<List<JsonObject>> ListAsync(string plural, CancellationToken cancellationToken)
    {
        var list = await _client.CustomObjects.ListClusterCustomObjectAsync<JsonElement>(Group, "v1", plural, cancellationToken: cancellationToken);
        return [.. ((JsonObject)Json.Parse(JsonSerializer.SerializeToUtf8Bytes(list))!)["items"]!.AsArray().OfType<JsonObject>().Select(item => (JsonObject)item.DeepClone())];
    }

    /// <summary>Whose configuration a node of these pools has (machine-config-operator, pkg/helpers, GetPrimaryPoolForNode): one is control plane first.</summary>
    internal static JsonObject Primary(List<JsonObject> pools) =>
        pools.Find(pool => Name(pool) == "master") ?? pools.Find(pool => Name(pool) != "worker") ?? pools[0];

    // A pool without labels to go by has the nodes of the role it is named after.
    internal static bool Selects(JsonObject pool, V1Node node)
    {
        var labels = pool["spec"]?["nodeSelector"]?["matchLabels"] as JsonObject;
        return labels is null
            ? node.Metadata.Labels.ContainsKey($"node-role.kubernetes.io/{Name(pool)}")
            : labels.All(label => node.Metadata.Labels.TryGetValue(label.Key, out var value) && value == (string?)label.Value);
    }

    internal static string Name(JsonObject item) => item.Text("metadata", "name") ?? "";

    private static IEnumerable<string> References(JsonObject pool) => Names(pool["spec"]?["pinnedImageSets"]);

    private static IEnumerable<string> Images(JsonObject set) => Names(set["spec"]?["pinnedImages"]);

    private static IEnumerable<string> Names(JsonNode? list) => (list as JsonArray ?? []).Select(item => item.Text("name") ?? "");

    private static JsonObject MachineConfigNode(string node, string pool) => new()
    {
        ["apiVersion"] = $"{Group}/v1",
        ["kind"] = "MachineConfigNode",
        ["metadata"] = new JsonObject { ["name"] = node },
        ["spec"] = new JsonObject
        {
            ["node"] = new JsonObject { ["name"] = node },
            ["pool"] = new JsonObject { ["name"] = pool },
            ["configVersion"] = new JsonObject { ["desired"] = $"rendered-{pool}-1" },
        },
    };
}
