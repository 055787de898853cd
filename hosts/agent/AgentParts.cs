using Handcarry.Actors.Node;
using Handcarry.Agent.Clients;
using Handcarry.Agent.Telemetry;
using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.OpenShift.Api;

namespace Handcarry.Agent;

/// <summary>What the actors of an agent are given.</summary>
internal sealed record AgentParts(HandcarryOptions Options, Uri DataPlane, NodePorts Ports, FactLog Facts, LogRing Log)
{
    /// <summary>Counts requests to the Kubernetes API.</summary>
    public required ApiTally Api { get; init; }

    /// <summary>Issues clients their certificates.</summary>
    public required AgentCertificates Certificates { get; init; }

    /// <summary>Where clients come in that have logged in; null when there is no such door.</summary>
    public required ClientDoor? Door { get; init; }

    /// <summary>Is told of the actors that probes ask.</summary>
    public required AgentHealth Health { get; init; }
}
