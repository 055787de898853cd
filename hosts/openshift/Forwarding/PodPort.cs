using Handcarry.Hosts.OpenShift.Api;

namespace Handcarry.Hosts.OpenShift.Forwarding;

/// <summary>Connections to a port of a pod, through the API server and the kubelet (core/v1, <c>pods/portforward</c>).</summary>
public static class PodPort
{
    /// <summary>
    /// The subprotocol of the kubelet's websockets: binary messages, whose first byte is the channel (k8s.io/kubelet/pkg/cri/streaming/portforward/websocket.go).
    /// </summary>
    public const string Protocol = "v4.channel.k8s.io";

    /// <summary>
    /// A connection. That the pod does not listen there is found out when it is read from. Throws <see cref="Actors.Cluster.ApiUnavailableException"/> when the API server
    /// does not take it.
    /// </summary>
    public static async Task<Stream> OpenAsync(ApiServer api, AgentPod pod, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(api);
        ArgumentNullException.ThrowIfNull(pod);
        var path = $"/api/v1/namespaces/{Uri.EscapeDataString(pod.Namespace)}/pods/{Uri.EscapeDataString(pod.Name)}/portforward?ports={pod.Port}";
        return new PodPortStream(await api.OpenSocketAsync(path, Protocol, cancellationToken), pod);
    }
}
