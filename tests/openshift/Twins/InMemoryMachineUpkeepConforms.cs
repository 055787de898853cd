using Handcarry.Actors.Cluster;
using Handcarry.Twins.Cluster;
using Handcarry.Twins.Cluster.Conformance;

namespace Handcarry.Hosts.OpenShift.Tests.Twins;

public sealed class InMemoryMachineUpkeepConforms : MachineUpkeepConformance
{
    private readonly InMemoryApi _api = new();
    private readonly InMemoryMachineUpkeep _twin;

    public InMemoryMachineUpkeepConforms() => _twin = new InMemoryMachineUpkeep(_api);

    protected override IMachineUpkeep Port => _twin;

    protected override ValueTask AddCheckAsync(string name, bool paused)
    {
        _twin.AddCheck(name, paused);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask SetAutoscalerAsync(bool scaleDown, int maxNodes)
    {
        _twin.SetAutoscaler(scaleDown, maxNodes);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask<IReadOnlyList<string>> PausedChecksAsync() => ValueTask.FromResult(_twin.PausedChecks);

    protected override ValueTask<(bool ScaleDown, int MaxNodes)?> AutoscalerAsync() => ValueTask.FromResult(_twin.Autoscaler);

    protected override ValueTask SetAwayAsync(bool away)
    {
        _api.Away = away;
        return ValueTask.CompletedTask;
    }
}
