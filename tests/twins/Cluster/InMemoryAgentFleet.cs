using Handcarry.Actors.Cluster;

namespace Handcarry.Twins.Cluster;

/// <summary>Twin of <see cref="IAgentFleet"/>: one DaemonSet, or none.</summary>
public sealed class InMemoryAgentFleet(InMemoryApi api) : IAgentFleet
{
    private readonly Lock _lock = new();
    private FleetView? _fleet;

    /// <summary>What an administrator, or the DaemonSet's controller, puts there; null takes it away. Each change has a resourceVersion of its own.</summary>
    public FleetView? Fleet
    {
        get
        {
            lock (_lock)
                return _fleet;
        }
        set
        {
            lock (_lock)
                _fleet = value is null ? null : value with { ResourceVersion = $"{api.Change()}" };
        }
    }

    public ValueTask<FleetView?> LookAsync(CancellationToken cancellationToken)
    {
        api.Enter(cancellationToken);
        return ValueTask.FromResult(Fleet);
    }

    public ValueTask<bool> SetImageAsync(FleetView seen, string image, string renewed, IFence fence, CancellationToken cancellationToken)
    {
        api.Enter(cancellationToken);
        InMemoryApi.Guard(fence);
        lock (_lock)
        {
            if (_fleet is null || _fleet.Image != seen.Image)
                return ValueTask.FromResult(false);
            Fleet = _fleet with { Image = image, Renewed = renewed, Before = seen.Image, Observed = false, Ready = 0, Late = [] };
            return ValueTask.FromResult(true);
        }
    }
}
