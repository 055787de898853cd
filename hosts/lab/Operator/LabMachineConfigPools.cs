using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Lab.Api;
using Handcarry.Streams.Content;
using k8s;
using k8s.Models;

namespace Handcarry.Lab.Operator;

/// <summary>
/// The emulated machine config controller: it renders a configuration for each pool and release, and has the nodes take it one after the other, once the
/// cluster version operator has completed that release (reference/openshift.md section 5.6).
/// </summary>
internal sealed class LabMachineConfigPools(Kubernetes client, LabOperatorOptions options)
{
    private const string Group = LabMachineConfigDaemons.Group;
    private const string Pools = "machineconfigpools";
    private const string Current = $"{Group}/currentConfig", Desired = $"{Group}/desiredConfig", State = $"{Group}/state";

    /// <summary>Goes a step on with each pool.</summary>
    public async Task SyncAsync(List<JsonObject> pools, IList<V1Node> nodes, CancellationToken cancellationToken)
    {
        var release = await ReleaseAsync(cancellationToken);
        foreach (var pool in pools)
        {
            var name = LabMachineConfigDaemons.Name(pool);
            var wanted = pool.Text("spec", "configuration", "name");
            var rendered = release is null ? wanted : $"rendered-{name}-{Digest.Of(System.Text.Encoding.UTF8.GetBytes($"{name} {release}")).Hex[..32]}";
            if (rendered is not null && wanted != rendered)
                await RenderAsync(name, rendered, release!, cancellationToken);
            else
                await RollAsync(pool, wanted, [.. nodes.Where(node => IsIn(node, pool, pools))], cancellationToken);
        }
    }

    private static bool IsIn(V1Node node, JsonObject pool, List<JsonObject> pools) =>
        pools.Where(one => LabMachineConfigDaemons.Selects(one, node)).ToList() is { Count: > 0 } own && LabMachineConfigDaemons.Primary(own) == pool;

    private async Task<string?> ReleaseAsync(CancellationToken cancellationToken)
    {
        var read = await client.CustomObjects.GetClusterCustomObjectAsync<JsonElement>("config.openshift.io", "v1", "clusterversions", "version", cancellationToken);
        var history = Json.Parse(JsonSerializer.SerializeToUtf8Bytes(read))?["status"]?["history"] as JsonArray;
        return history?.FirstOrDefault(entry => entry.Text("state") == "Completed").Text("version");
    }

    private async Task RenderAsync(string pool, string rendered, string release, CancellationToken cancellationToken)
    {
        var there = await client.CustomObjects.ListClusterCustomObjectAsync<JsonElement>(Group, "v1", "machineconfigs", fieldSelector: $"metadata.name={rendered}", cancellationToken: cancellationToken);
        if (there.GetProperty("items").GetArrayLength() == 0)
            await client.CustomObjects.CreateClusterCustomObjectAsync(Config(rendered, release), Group, "v1", "machineconfigs", cancellationToken: cancellationToken);
        var wanted = new JsonObject { ["spec"] = new JsonObject { ["configuration"] = new JsonObject { ["name"] = rendered } } };
        await client.CustomObjects.PatchClusterCustomObjectAsync(new V1Patch(wanted.ToJsonString(), V1Patch.PatchType.MergePatch), Group, "v1", Pools, pool, cancellationToken: cancellationToken);
    }

    // One node at a time, as maxUnavailable has it when nobody has changed it.
    private async Task RollAsync(JsonObject pool, string? wanted, List<V1Node> members, CancellationToken cancellationToken)
    {
        var late = members.Where(node => node.Metadata.Annotations?.TryGetValue(Current, out var config) != true || config != wanted).ToList();
        await ReportAsync(pool, wanted, members.Count, members.Count - late.Count, cancellationToken);
        if (wanted is null || late.Count == 0)
            return;
        var done = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Current] = wanted, [Desired] = wanted, [State] = "Done" } } };
        await client.CoreV1.PatchNodeAsync(new V1Patch(done.ToJsonString(), V1Patch.PatchType.MergePatch), late[0].Metadata.Name, cancellationToken: cancellationToken);
    }

    private async Task ReportAsync(JsonObject pool, string? wanted, long machines, long updated, CancellationToken cancellationToken)
    {
        var before = Json.Write(pool);
        var done = wanted is not null && machines == updated;
        var status = pool.Object("status");
        status["observedGeneration"] = pool["metadata"].Number("generation") ?? 0;
        (status["machineCount"], status["updatedMachineCount"], status["readyMachineCount"]) = (machines, updated, updated);
        (status["unavailableMachineCount"], status["degradedMachineCount"]) = (machines - updated, 0L);
        if (done)
            status["configuration"] = new JsonObject { ["name"] = wanted };
        var now = options.Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var old = (status["conditions"] as JsonArray ?? []).OfType<JsonObject>().ToDictionary(condition => condition.Text("type") ?? "", StringComparer.Ordinal);
        status["conditions"] = new JsonArray(Condition("Updated", done, old, now), Condition("Updating", !done, old, now), Condition("Degraded", false, old, now));
        if (!before.AsSpan().SequenceEqual(Json.Write(pool)))
            await client.CustomObjects.ReplaceClusterCustomObjectStatusAsync(pool, Group, "v1", Pools, LabMachineConfigDaemons.Name(pool), cancellationToken: cancellationToken);
    }

    private static JsonObject Condition(string type, bool holds, Dictionary<string, JsonObject> old, string now)
    {
        var said = holds ? "True" : "False";
        var since = old.GetValueOrDefault(type) is { } there && there.Text("status") == said ? there.Text("lastTransitionTime") : now;
        return new JsonObject { ["type"] = type, ["status"] = said, ["reason"] = "", ["message"] = "", ["lastTransitionTime"] = since };
    }

    private static JsonObject Config(string name, string release) => new()
    {
        ["apiVersion"] = $"{Group}/v1",
        ["kind"] = "MachineConfig",
        ["metadata"] = new JsonObject { ["name"] = name, ["annotations"] = new JsonObject { [$"{Group}/release-image-version"] = release } },
        ["spec"] = new JsonObject(),
    };
}
