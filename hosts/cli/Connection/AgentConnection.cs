using Akka.Actor;
using Akka.Cluster.Tools.Client;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.ClusterConfig.Hosting;
using Handcarry.ClusterConfig.Options;
using Handcarry.ClusterConfig.Tls;

namespace Handcarry.Cli.Connection;

/// <summary>A connection to whichever agent answers, through ClusterClient.</summary>
internal sealed class AgentConnection : IUpgradeApi
{
    // The first answer of a fresh process takes one to two seconds; whoever has not answered after this is looked at.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(4);

    private readonly ConnectionSettings _settings;
    private readonly NodeCertificates _certificates;
    private readonly ActorSystem _system;
    private readonly IActorRef _client;

    private AgentConnection(ConnectionSettings settings, NodeCertificates certificates, ActorSystem system, IActorRef client)
    {
        _settings = settings;
        _certificates = certificates;
        _system = system;
        _client = client;
    }

    /// <summary>Starts to connect; fails at once when there is no way to any contact.</summary>
    public static async Task<AgentConnection> OpenAsync(ConnectionSettings settings, CancellationToken cancellationToken)
    {
        var certificates = LoadCertificates(settings.Tls);
        var routes = await Task.WhenAll(settings.Contacts.Select(contact => ContactProbe.RouteAsync(contact, cancellationToken)));
        if (routes.FirstOrDefault(one => one.Local is not null).Local is not { } local)
            throw NotReached(settings.Contacts.Zip(routes, (contact, one) => (contact, one.Reason)));

        var system = ClientSystem.Start(local, certificates, new WireBinding("wire", [typeof(IWireMessage)], actorSystem => new WireSerializer(actorSystem)));
        return new AgentConnection(settings, certificates, system, ClientSystem.Connect(system, settings.Contacts));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _system.Terminate();
        _certificates.Dispose();
    }

    /// <inheritdoc/>
    public async Task<ClientReply> AskAsync(ClientCommand command, CancellationToken cancellationToken)
    {
        var answer = _client.Ask<ClientReply>(new ClusterClient.Send(SystemNames.ApiPath, new ClientRequest(await _settings.Token.CurrentAsync(cancellationToken), command), localAffinity: true), _settings.Timeout, cancellationToken);
        await Task.WhenAny(answer, Task.Delay(Soon, cancellationToken));
        if (!answer.IsCompleted)
        {
            // No answer will come from those that refuse us or are strangers: say so without waiting for the end of the time.
            var found = await ShakeHandsAsync(cancellationToken);
            if (found.All(one => one.State != ContactState.Silent))
                throw Explain(found);
        }

        try
        {
            return await answer;
        }
        catch (AskTimeoutException)
        {
            throw Explain(await ShakeHandsAsync(cancellationToken));
        }
    }

    private static NodeCertificates LoadCertificates(TlsOptions tls)
    {
        try
        {
            return NodeCertificates.Load(tls, clientOnly: true);
        }
        catch (CertificateException e)
        {
            throw new CliException(ExitCode.Usage, e.Message, e);
        }
    }

    private Task<(ContactState State, string Reason)[]> ShakeHandsAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_settings.Contacts.Select(contact => ContactProbe.ShakeHandsAsync(contact, _certificates, cancellationToken)));

    private CliException Explain((ContactState State, string Reason)[] found)
    {
        var reasons = _settings.Contacts.Zip(found, (contact, one) => (contact, one.Reason));
        if (found.Any(one => one.State == ContactState.Refusing))
            return new CliException(ExitCode.Refused, Describe("The site refuses this certificate.", reasons, "Use a certificate issued by the authority whose certificate the agents have as tls.ca."));
        if (found.All(one => one.State == ContactState.Unreachable))
            return NotReached(reasons);
        return found.Any(one => one.State == ContactState.Silent)
            ? NoAgent($"No agent answered within {_settings.Timeout.TotalSeconds} s.", reasons, "Check the agents' logs: an agent answers once it is in the agents' cluster and the supervisor runs.")
            : NoAgent("No agent of this site answers.", reasons, "Check that --contact names agents of this site, and that --ca is this site's authority.");
    }

    private static CliException NotReached(IEnumerable<(Endpoint Contact, string Reason)> reasons) => NoAgent(
        "No agent can be reached.",
        reasons,
        "Check that an agent runs there, that --contact names its remoting port, and that the network lets this machine reach it.");

    private static CliException NoAgent(string what, IEnumerable<(Endpoint Contact, string Reason)> reasons, string advice) =>
        new(ExitCode.NoAgent, Describe(what, reasons, advice));

    private static string Describe(string what, IEnumerable<(Endpoint Contact, string Reason)> reasons, string advice) =>
        $"{what}\n{string.Concat(reasons.Select(one => $"  {one.Contact}: {one.Reason}\n"))}{advice}";
}
