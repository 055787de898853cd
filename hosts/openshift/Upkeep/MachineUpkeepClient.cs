using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;

namespace Handcarry.Hosts.OpenShift.Upkeep;

/// <summary>
/// <see cref="IMachineUpkeep"/> on MachineHealthChecks (machine.openshift.io/v1beta1) and ClusterAutoscaler <c>default</c>
/// (autoscaling.openshift.io/v1). A check is paused by an annotation; the autoscaler has no such switch, so it is told to remove none and to add none
/// (reference/openshift.md section 7).
/// </summary>
/// <param name="api">The server.</param>
public sealed class MachineUpkeepClient(ApiServer api) : IMachineUpkeep
{
    private const string Checks = "/apis/machine.openshift.io/v1beta1/machinehealthchecks";
    private const string Autoscaler = "/apis/autoscaling.openshift.io/v1/clusterautoscalers/default";

    /// <summary>Its value does not matter (openshift/machine-api-operator, machinehealthcheck_controller.go).</summary>
    private const string Paused = "cluster.x-k8s.io/paused";

    /// <summary>On what was paused by us: what was there before, as JSON.</summary>
    private const string Before = "handcarry.dev/before";

    private const int Tries = 5;

    /// <inheritdoc/>
    public async ValueTask PauseAsync(int nodes, IFence fence, CancellationToken cancellationToken)
    {
        foreach (var check in await ChecksAsync(cancellationToken))
            await ChangeAsync(check, found => Annotations(found).At(Paused).ValueKind == JsonValueKind.Undefined ? Marked("{}", Paused) : null, fence, cancellationToken);
        await ChangeAsync(Autoscaler, found => Annotations(found).TextAt(Before).Length == 0 ? Still(found.At("spec"), nodes) : null, fence, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask ResumeAsync(IFence fence, CancellationToken cancellationToken)
    {
        foreach (var check in await ChecksAsync(cancellationToken))
            await ChangeAsync(check, found => Annotations(found).TextAt(Before).Length > 0 ? Annotated((Before, null), (Paused, null)) : null, fence, cancellationToken);
        await ChangeAsync(Autoscaler, found => Annotations(found).TextAt(Before) is { Length: > 0 } before ? AsBefore(before) : null, fence, cancellationToken);
    }

    private async ValueTask<IReadOnlyList<string>> ChecksAsync(CancellationToken cancellationToken)
    {
        using var list = await api.GetAsync<JsonDocument>(Checks, cancellationToken);
        return list is null ? [] :
        [
            .. list.RootElement.At("items").Items().Select(check => check.At("metadata")).Select(metadata =>
                $"/apis/machine.openshift.io/v1beta1/namespaces/{metadata.TextAt("namespace")}/machinehealthchecks/{metadata.TextAt("name")}"),
        ];
    }

    /// <summary>Patches what is at <paramref name="path"/>, if it is there and <paramref name="change"/> finds something to change.</summary>
    private async ValueTask ChangeAsync(string path, Func<JsonElement, JsonObject?> change, IFence fence, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            using var found = await api.GetAsync<JsonDocument>(path, cancellationToken);
            if (found is null || change(found.RootElement) is not { } patch)
                return;
            patch["metadata"]!["resourceVersion"] = found.RootElement.At("metadata").TextAt("resourceVersion");
            Guard.Held(fence, $"change {path}");
            try
            {
                using var _ = await api.MergePatchAsync<JsonDocument>(path, patch, cancellationToken);
                return;
            }
            catch (StaleWriteException) when (tries < Tries)
            {
                // Its controller wrote it in between: look again.
            }
        }
    }

    private static JsonElement Annotations(JsonElement found) => found.At("metadata").At("annotations");

    private static JsonObject Marked(string before, string paused) => Annotated((Before, before), (paused, "handcarry.dev"));

    private static JsonObject Annotated(params (string Key, string? Value)[] annotations) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["annotations"] = new JsonObject(annotations.Select(a => KeyValuePair.Create(a.Key, a.Value is null ? null : (JsonNode?)JsonValue.Create(a.Value)))),
        },
    };

    /// <summary>Remembers the two members that are changed; null stands for one that is not there.</summary>
    private static JsonObject Still(JsonElement spec, int nodes)
    {
        var before = new JsonObject
        {
            ["scaleDown"] = new JsonObject { ["enabled"] = Node(spec.At("scaleDown").At("enabled")) },
            ["resourceLimits"] = new JsonObject { ["maxNodesTotal"] = Node(spec.At("resourceLimits").At("maxNodesTotal")) },
        };
        var patch = Annotated((Before, before.ToJsonString()));
        patch["spec"] = new JsonObject
        {
            ["scaleDown"] = new JsonObject { ["enabled"] = false },
            ["resourceLimits"] = new JsonObject { ["maxNodesTotal"] = nodes },
        };
        return patch;
    }

    private static JsonObject AsBefore(string before)
    {
        var patch = Annotated((Before, null));
        patch["spec"] = JsonNode.Parse(before);
        return patch;
    }

    private static JsonNode? Node(JsonElement value) => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : JsonNode.Parse(value.GetRawText());
}
