using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Cluster.Tools.Client;
using Akka.Hosting;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Agent.Clients;
using Handcarry.ClusterConfig.Formation;
using Handcarry.ClusterConfig.Hosting;
using Handcarry.ClusterConfig.Options;
using Handcarry.ClusterConfig.Tls;
using Handcarry.Hosts.OpenShift.Access;
using Handcarry.Hosts.OpenShift.Agents;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Hosts.OpenShift.Health;
using Handcarry.Hosts.OpenShift.Leases;
using Handcarry.Hosts.OpenShift.Nodes;
using Handcarry.Hosts.OpenShift.Pins;
using Handcarry.Hosts.OpenShift.Signatures;
using Handcarry.Hosts.OpenShift.Upgrades;
using Handcarry.Hosts.OpenShift.Upkeep;
using Handcarry.Hosts.OpenShift.Versions;
using Handcarry.Hosts.OpenShift.Workloads;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Handcarry.Agent;

/// <summary>The actor system of an agent: the supervisor as a cluster singleton, this node's agent, and the service for clients.</summary>
internal static class AgentSystem
{
    private const string SupervisorLease = "handcarry-supervisor";

    /// <summary>A successor waits so long after it has first seen the lease of a supervisor that died. The lease is renewed each third of it.</summary>
    private static readonly TimeSpan SupervisorLeaseLasts = TimeSpan.FromSeconds(8);

    private const string FormationLease = "handcarry-formation";

    public static void Configure(AkkaConfigurationBuilder akka, AgentParts parts, NodeCertificates certificates)
    {
        var options = parts.Options;
        var api = new ApiServer(KubernetesConnection.Open(options.Kubernetes.Kubeconfig), TimeProvider.System, tally: parts.Api);
        var space = options.Kubernetes.Namespace;
        var node = options.Node.Name;
        var supervisor = new SupervisorPorts(
            new ClusterVersionClient(api),
            new UpgradeStatusClient(api, node),
            new ClusterNodesClient(api),
            new ClusterHealthClient(api),
            new MachineUpkeepClient(api),
            new LeaseFence(api, space, SupervisorLease, node, SupervisorLeaseLasts),
            new ReleaseVerifier(new SignatureReader(parts.Ports.Blobs, parts.Ports.Limits), new ReleaseKeysClient(api), TimeProvider.System),
            new ReleasePins(parts.Ports.Blobs, parts.Ports.Limits, new PinnedImageSetsClient(api)),
            options.Limits.SiteBytesPerSecond,
            new WorkloadsClient(api),
            new AgentRenewal(parts.Ports.Blobs, parts.Ports.Limits, new AgentFleetClient(api, space), typeof(AgentSystem).Assembly.GetName().Version!.ToString(3)));
        // Not the node's name: an agent that was killed and started again must not found a cluster with the lease its predecessor renewed.
        var formation = new LeaseFence(api, space, FormationLease, $"{node}-{Guid.NewGuid():n}");

        akka.WithHandcarry(
                options,
                certificates,
                new WireBinding("handcarry", [typeof(IWireMessage)], system => new WireSerializer(system)),
                new NodeSystemSettings { SelectionPaths = [$"/user/{NodeAgent.Name}", SystemNames.ApiPath] })
            .WithSingleton<UpgradeSupervisor>(
                SystemNames.Supervisor,
                (_, _, _) => Props.Create(() => new UpgradeSupervisor(node, supervisor, TimeProvider.System)),
                new ClusterSingletonOptions { Role = SystemNames.AgentRole })
            .WithActors((system, registry, resolver) =>
            {
                var proxy = registry.Get<UpgradeSupervisor>();
                parts.Ports.Site.AskBy(cancel => proxy.Ask<StatusReply>(new GetStatus(), cancel));
                var agent = system.ActorOf(Props.Create(() => new NodeAgent(node, parts.DataPlane, parts.Ports, proxy)), NodeAgent.Name);
                parts.Health.Watch(system, agent);
                system.ActorOf(Props.Create(() => new AgentWatch(agent)), "agent-watch");
                var desk = Desk(system, parts, api, agent, proxy, resolver.GetService<ILogger<ClientAudit>>());
                var service = system.ActorOf(Props.Create(() => new ClientService(desk)), ClientService.Name);
                ClusterClientReceptionist.Get(system).RegisterService(service);
                parts.Door?.Open(desk, (request, cancel) => AskAsync<ClientReply>(service, request, ClientService.Patience + TimeSpan.FromSeconds(2), cancel));
                ClusterFormation.Start(
                    system,
                    options.Cluster,
                    new FormationAuthority(new FormationRecord(api, space, node).TryCreateAsync, formation.TryHoldAsync, formation.RenewEvery)
                    {
                        Discover = options.Cluster.Discover == MembershipOptions.Nodes ? async cancel => await ContactsAsync(api, options, cancel) : null,
                    });
            });
    }

    /// <summary>What answers clients on this node; events about them have a budget of their own.</summary>
    private static ClientDesk Desk(ActorSystem system, AgentParts parts, ApiServer api, IActorRef agent, IActorRef supervisor, ILogger<ClientAudit> log)
    {
        var (time, node) = (TimeProvider.System, parts.Options.Node.Name);
        var events = new UpgradeStatusClient(api, node);
        var client = new ClientParts(
            node,
            new ClientAccess(new AccessReviewClient(api), time),
            new ClientAudit(parts.Facts, events.RecordAsync, log, time),
            parts.Ports.Site,
            parts.Facts,
            parts.Log,
            AgentSettings.Of(parts.Options))
        {
            Issue = parts.Certificates.IssueAsync,
            Judge = (bundle, cancel) => AskAsync<Judgement>(supervisor, bundle, TimeSpan.FromSeconds(6), cancel),
            ChangeSpec = new SpecClient(api).ChangeAsync,
            Retry = () => agent.Tell(new NodeEvent.RetryAsked()),
            Relay = (address, request, cancel) => AskAsync<ClientReply>(system.ActorSelection(address + SystemNames.ApiPath), request, TimeSpan.FromSeconds(5), cancel),
        };
        Chronicler.Attach(parts.Ports.Site, node, parts.Facts);
        return new ClientDesk(client, time);
    }

    private static async Task<T> AskAsync<T>(ICanTell whom, object question, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            return await whom.Ask<T>(question, patience, cancellationToken);
        }
        catch (AskTimeoutException e)
        {
            throw new TimeoutException($"{whom} does not answer.", e);
        }
    }

    private static async ValueTask<IReadOnlyList<Endpoint>> ContactsAsync(ApiServer api, HandcarryOptions options, CancellationToken cancellationToken) =>
        [.. (await NodeAddresses.ListAsync(api, cancellationToken)).Select(address => new Endpoint(address, options.Remoting.Port))];
}
