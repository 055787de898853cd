using Handcarry.Actors.Node;
using Handcarry.Actors.Site;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Streams.Registry;

namespace Handcarry.Agent.Telemetry;

/// <summary>Where the numbers come from.</summary>
/// <param name="Node">This node's name.</param>
/// <param name="Tally">What its agent has done.</param>
/// <param name="Transfers">What its data plane has moved.</param>
/// <param name="Api">Its requests to the Kubernetes API.</param>
/// <param name="Site">What it knows of the site.</param>
/// <param name="Time">The clock.</param>
internal sealed record MetricSources(string Node, NodeTally Tally, TransferCounters Transfers, ApiTally Api, SiteBoard Site, TimeProvider Time);
