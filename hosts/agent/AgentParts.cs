using Handcarry.Actors.Node;
using Handcarry.Agent.Clients;
using Handcarry.ClusterConfig.Options;

namespace Handcarry.Agent;

/// <summary>What the actors of an agent are given.</summary>
internal sealed record AgentParts(HandcarryOptions Options, Uri DataPlane, NodePorts Ports, FactLog Facts, LogRing Log);
