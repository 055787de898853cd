using Handcarry.Actors.Cluster;
using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Hosts.OpenShift.Forwarding;

namespace Handcarry.Cli.Connection;

/// <summary>The ways to the agents' doors: the contacts that were named, else the agents' pods as the API server knows them now.</summary>
internal sealed class Doorways(ConnectionSettings settings, DoorSettings door) : IDisposable
{
    private ApiServer? _api;
    private string? _token;

    /// <summary>At least one. Throws <see cref="CliException"/>.</summary>
    public async Task<IReadOnlyList<IDoorway>> FindAsync(CancellationToken cancellationToken)
    {
        if (settings.Contacts.Count > 0)
            return [.. settings.Contacts.Select(contact => new EndpointDoorway(contact))];
        try
        {
            var api = Api(await settings.Token.CurrentAsync(cancellationToken));
            var pods = await AgentPods.ListAsync(api, door.Namespace, ClientsOptions.PortName, cancellationToken);
            return pods.Count > 0
                ? [.. pods.Select(pod => new PodDoorway(api, pod))]
                : throw new CliException(ExitCode.NoAgent, $"No pod of an agent runs in namespace {door.Namespace}.\nCheck that the agents are installed there (--namespace names another), or name agents with --contact HOST[:PORT].");
        }
        catch (ApiUnavailableException e)
        {
            throw new CliException(ExitCode.NoAgent, $"The agents' pods cannot be looked up: {e.Message}\nYou need the rights of Role handcarry-login in namespace {door.Namespace}; or name agents with --contact HOST[:PORT].", e);
        }
        catch (ArgumentException e)
        {
            throw new CliException(ExitCode.Usage, e.Message, e);
        }
    }

    public void Dispose() => _api?.Dispose();

    private ApiServer Api(string token)
    {
        if (_api is not null && _token == token)
            return _api;
        _api?.Dispose();
        _token = token;
        return _api = new ApiServer(KubernetesConnection.OpenAs(door.Kubeconfig!, token), door.Clock);
    }
}
