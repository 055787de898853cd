using Handcarry.Actors.Cluster;
using Handcarry.Twins.Cluster;
using Handcarry.Twins.Cluster.Conformance;

namespace Handcarry.Hosts.OpenShift.Tests.Twins;

public sealed class InMemoryAgentFleetConforms : AgentFleetConformance
{
    private readonly InMemoryApi _api = new();
    private readonly InMemoryAgentFleet _twin;

    public InMemoryAgentFleetConforms() => _twin = new InMemoryAgentFleet(_api);

    protected override IAgentFleet Port => _twin;

    protected override ValueTask ApplyAsync(string image, int nodes)
    {
        _twin.Fleet = new FleetView("", image, "", "", true, nodes, nodes, []);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask TouchAsync()
    {
        _twin.Fleet = _twin.Fleet! with { Nodes = _twin.Fleet!.Nodes };
        return ValueTask.CompletedTask;
    }

    protected override ValueTask SetAwayAsync(bool away)
    {
        _api.Away = away;
        return ValueTask.CompletedTask;
    }
}
