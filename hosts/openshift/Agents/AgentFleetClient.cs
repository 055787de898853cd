using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Hosts.OpenShift.Forwarding;

namespace Handcarry.Hosts.OpenShift.Agents;

/// <summary>
/// <see cref="IAgentFleet"/> on the DaemonSet <c>handcarry-agent</c> of deploy/agent (apps/v1) and its pods. What was set is remembered by annotations of the DaemonSet itself, not of
/// its template, so that setting it makes no further pods and <c>oc rollout undo</c> leaves it.
/// </summary>
/// <param name="api">The server.</param>
/// <param name="space">The agents' namespace.</param>
public sealed class AgentFleetClient(ApiServer api, string space) : IAgentFleet
{
    private const string Name = "handcarry-agent";
    private const string Container = "agent";
    private const string Renewed = "handcarry.dev/renewed", Before = "handcarry.dev/renewed-from";
    private const int PageSize = 100;
    private const int Tries = 5;

    private readonly string _path = $"/apis/apps/v1/namespaces/{Uri.EscapeDataString(space)}/daemonsets/{Name}";
    private readonly string _pods = $"/api/v1/namespaces/{Uri.EscapeDataString(space)}/pods";

    /// <inheritdoc/>
    public async ValueTask<FleetView?> LookAsync(CancellationToken cancellationToken)
    {
        using var found = await api.GetAsync<JsonDocument>(_path, cancellationToken);
        if (found is null)
            return null;
        var (metadata, status, image) = (found.RootElement.At("metadata"), found.RootElement.At("status"), ImageOf(found.RootElement.At("spec").At("template")));
        var (ready, late) = await PodsAsync(image, cancellationToken);
        return new FleetView(
            metadata.TextAt("resourceVersion"),
            image,
            metadata.At("annotations").TextAt(Renewed),
            metadata.At("annotations").TextAt(Before),
            status.NumberAt("observedGeneration") >= metadata.NumberAt("generation"),
            (int)status.NumberAt("desiredNumberScheduled"),
            ready,
            late);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> SetImageAsync(FleetView seen, string image, string renewed, IFence fence, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(seen);
        ArgumentNullException.ThrowIfNull(fence);
        for (var tries = 1; ; tries++)
        {
            using var found = await api.GetAsync<JsonDocument>(_path, cancellationToken);
            if (found is null || ImageOf(found.RootElement.At("spec").At("template")) != seen.Image)
                return false;
            Guard.Held(fence, $"change {_path}");
            try
            {
                using var _ = await api.MergePatchAsync<JsonDocument>(_path, Patch(found.RootElement, seen.Image, image, renewed), cancellationToken);
                return true;
            }
            catch (StaleWriteException) when (tries < Tries)
            {
                // Its controller wrote the status in between: look again.
            }
        }
    }

    // A merge patch has lists as a whole (RFC 7396); the resourceVersion sees to it that the other containers are those that are there.
    private static JsonObject Patch(JsonElement found, string before, string image, string renewed)
    {
        var containers = (JsonArray)JsonNode.Parse(ContainersOf(found.At("spec").At("template")).GetRawText())!;
        containers.OfType<JsonObject>().First(container => (string?)container["name"] == Container)["image"] = image;
        return new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["resourceVersion"] = found.At("metadata").TextAt("resourceVersion"),
                ["annotations"] = new JsonObject { [Renewed] = renewed, [Before] = before },
            },
            ["spec"] = new JsonObject { ["template"] = new JsonObject { ["spec"] = new JsonObject { ["containers"] = containers } } },
        };
    }

    // How many pods with this image are ready, and which nodes have one that is not.
    private async ValueTask<(int Ready, IReadOnlyList<string> Late)> PodsAsync(string image, CancellationToken cancellationToken)
    {
        var (ready, late, next) = (0, new List<string>(), "");
        while (true)
        {
            using var page = await api.GetAsync<JsonDocument>($"{_pods}?labelSelector={Uri.EscapeDataString(AgentPods.Label)}&limit={PageSize}{next}", cancellationToken)
                ?? throw ApiFailure.Of(HttpMethod.Get, _pods, 404, new());
            foreach (var pod in page.RootElement.At("items").Items().Where(pod => ImageOf(pod) == image && pod.At("metadata").TextAt("deletionTimestamp").Length == 0))
            {
                if (pod.At("status").At("conditions").Items().Any(condition => condition.TextAt("type") == "Ready" && condition.TextAt("status") == "True"))
                    ready++;
                else
                    late.Add(Told(pod));
            }

            if (page.RootElement.At("metadata").TextAt("continue") is not { Length: > 0 } more)
                return (ready, late);
            next = $"&continue={Uri.EscapeDataString(more)}";
        }
    }

    private static string Told(JsonElement pod)
    {
        var waiting = pod.At("status").At("containerStatuses").Items().Select(container => container.At("state").At("waiting")).FirstOrDefault();
        var why = waiting.TextAt("reason") is { Length: > 0 } reason ? reason : pod.At("status").TextAt("phase");
        return $"node {pod.At("spec").TextAt("nodeName")}{(why.Length > 0 ? $" ({why})" : "")}";
    }

    // Of a pod or of a template: both have a spec.
    private static JsonElement ContainersOf(JsonElement template) => template.At("spec").At("containers");

    private static string ImageOf(JsonElement template) =>
        ContainersOf(template).Items().FirstOrDefault(container => container.TextAt("name") == Container).TextAt("image");
}
