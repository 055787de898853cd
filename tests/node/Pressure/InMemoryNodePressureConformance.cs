using Handcarry.Actors.Node;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Pressure;

public sealed class InMemoryNodePressureConformance : NodePressureConformance
{
    private readonly InMemoryNodePressure _pressure = new();

    protected override Task<INodePressure> OpenAsync() => Task.FromResult<INodePressure>(_pressure);

    protected override Task SetAsync(PressureFacts? facts)
    {
        _pressure.Facts = facts;
        return Task.CompletedTask;
    }
}
