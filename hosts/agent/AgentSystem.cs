using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Cluster.Tools.Client;
using Akka.Hosting;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.ClusterConfig.Formation;
using Handcarry.ClusterConfig.Hosting;
using Handcarry.ClusterConfig.Options;
using Handcarry.ClusterConfig.Tls;
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
            new WorkloadsClient(api));
        // Not the node's name: an agent that was killed and started again must not found a cluster with the lease its predecessor renewed.
        var formation = new LeaseFence(api, space, FormationLease, $"{node}-{Guid.NewGuid():n}");

        akka.WithHandcarry(
                options,
                certificates,
                new WireBinding("handcarry", [typeof(IWireMessage)], system => new WireSerializer(system)),
                new NodeSystemSettings { SelectionPaths = [$"/user/{NodeAgent.Name}"] })
            .WithSingleton<UpgradeSupervisor>(
                SystemNames.Supervisor,
                (_, _, _) => Props.Create(() => new UpgradeSupervisor(node, supervisor, TimeProvider.System)),
                new ClusterSingletonOptions { Role = SystemNames.AgentRole })
            .WithActors((system, registry, _) =>
            {
                var proxy = registry.Get<UpgradeSupervisor>();
                parts.Ports.Site.AskBy(cancel => proxy.Ask<StatusReply>(new GetStatus(), cancel));
                var agent = system.ActorOf(Props.Create(() => new NodeAgent(node, parts.DataPlane, parts.Ports, proxy)), NodeAgent.Name);
                parts.Health.Watch(system, agent);
                system.ActorOf(Props.Create(() => new AgentWatch(agent)), "agent-watch");
                ClusterClientReceptionist.Get(system).RegisterService(system.ActorOf(Props.Create(() => new ClientService(proxy)), "api"));
                ClusterFormation.Start(
                    system,
                    options.Cluster,
                    new FormationAuthority(new FormationRecord(api, space, node).TryCreateAsync, formation.TryHoldAsync, formation.RenewEvery)
                    {
                        Discover = options.Cluster.Discover == MembershipOptions.Nodes ? async cancel => await ContactsAsync(api, options, cancel) : null,
                    });
            });
    }
    private static async ValueTask<IReadOnlyList<Endpoint>> ContactsAsync(ApiServer api, HandcarryOptions options, CancellationToken cancellationToken) =>
        [.. (await NodeAddresses.ListAsync(api, cancellationToken)).Select(address => new Endpoint(address, options.Remoting.Port))];
}
