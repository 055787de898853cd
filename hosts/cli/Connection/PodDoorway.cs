using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Hosts.OpenShift.Forwarding;

namespace Handcarry.Cli.Connection;

/// <summary>A pod of an agent, through the API server.</summary>
internal sealed class PodDoorway(ApiServer api, AgentPod pod) : IDoorway
{
    public string Name => $"pod {pod.Name} on {pod.Node}";

    public bool IsVouchedFor => true;

    public async Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await PodPort.OpenAsync(api, pod, cancellationToken);
        }
        catch (ApiUnavailableException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}
