using System.Text.Json;
using Handcarry.Hosts.OpenShift.Api;

namespace Handcarry.Hosts.OpenShift.Forwarding;

/// <summary>Finds the agents' pods, as deploy/agent makes them.</summary>
public static class AgentPods
{
    /// <summary>The label by which the DaemonSet of the agents knows its pods.</summary>
    public const string Label = "app.kubernetes.io/name=handcarry-agent";

    private const int PageSize = 100;

    /// <summary>
    /// Those that run and have a port of that name, the ready ones first. Throws <see cref="Actors.Cluster.ApiUnavailableException"/>.
    /// </summary>
    public static async ValueTask<IReadOnlyList<AgentPod>> ListAsync(ApiServer api, string space, string portName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(api);
        var path = $"/api/v1/namespaces/{Uri.EscapeDataString(space)}/pods";
        var (found, next) = (new List<(AgentPod Pod, bool Ready)>(), "");
        while (true)
        {
            using var page = await api.GetAsync<JsonDocument>($"{path}?labelSelector={Uri.EscapeDataString(Label)}&limit={PageSize}{next}", cancellationToken)
                ?? throw ApiFailure.Of(HttpMethod.Get, path, 404, new());
            found.AddRange(page.RootElement.At("items").Items().Select(pod => Read(pod, space, portName)).OfType<(AgentPod, bool)>());
            var more = page.RootElement.At("metadata").TextAt("continue");
            if (more.Length == 0)
                return [.. found.OrderByDescending(one => one.Ready).Select(one => one.Pod)];
            next = $"&continue={Uri.EscapeDataString(more)}";
        }
    }

    private static (AgentPod, bool)? Read(JsonElement pod, string space, string portName)
    {
        var (metadata, spec, status) = (pod.At("metadata"), pod.At("spec"), pod.At("status"));
        var port = spec.At("containers").Items().SelectMany(container => container.At("ports").Items()).FirstOrDefault(one => one.TextAt("name") == portName).NumberAt("containerPort");
        if (status.TextAt("phase") != "Running" || metadata.TextAt("deletionTimestamp").Length > 0 || port is < 1 or > 65535)
            return null;
        var ready = status.At("conditions").Items().Any(condition => condition.TextAt("type") == "Ready" && condition.TextAt("status") == "True");
        return (new AgentPod(space, metadata.TextAt("name"), spec.TextAt("nodeName"), (int)port), ready);
    }
}
