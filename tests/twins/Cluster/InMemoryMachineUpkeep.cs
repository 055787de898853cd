using Handcarry.Actors.Cluster;

namespace Handcarry.Twins.Cluster;

/// <summary>Twin of <see cref="IMachineUpkeep"/>: health checks by name, and an autoscaler that may be there.</summary>
public sealed class InMemoryMachineUpkeep(InMemoryApi api) : IMachineUpkeep
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, (bool Paused, bool Ours)> _checks = new(StringComparer.Ordinal);
    private (bool ScaleDown, int MaxNodes)? _autoscaler;
    private (bool ScaleDown, int MaxNodes)? _before;

    /// <summary>The checks that are paused, by whomever.</summary>
    public IReadOnlyList<string> PausedChecks
    {
        get
        {
            lock (_lock)
                return [.. _checks.Where(c => c.Value.Paused).Select(c => c.Key)];
        }
    }

    /// <summary>The autoscaler as it is; null when there is none.</summary>
    public (bool ScaleDown, int MaxNodes)? Autoscaler
    {
        get
        {
            lock (_lock)
                return _autoscaler;
        }
    }

    /// <summary>An administrator puts a check there.</summary>
    public void AddCheck(string name, bool paused)
    {
        lock (_lock)
            _checks[name] = (paused, false);
    }

    /// <summary>An administrator puts the autoscaler there.</summary>
    public void SetAutoscaler(bool scaleDown, int maxNodes)
    {
        lock (_lock)
            _autoscaler = (scaleDown, maxNodes);
    }

    public ValueTask PauseAsync(int nodes, IFence fence, CancellationToken cancellationToken)
    {
        api.Enter(cancellationToken);
        lock (_lock)
        {
            foreach (var name in _checks.Where(c => !c.Value.Paused).Select(c => c.Key).ToList())
            {
                InMemoryApi.Guard(fence);
                _checks[name] = (true, true);
            }
            if (_autoscaler is not null && _before is null)
            {
                InMemoryApi.Guard(fence);
                (_before, _autoscaler) = (_autoscaler, (false, nodes));
            }
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask ResumeAsync(IFence fence, CancellationToken cancellationToken)
    {
        api.Enter(cancellationToken);
        lock (_lock)
        {
            foreach (var name in _checks.Where(c => c.Value.Ours).Select(c => c.Key).ToList())
            {
                InMemoryApi.Guard(fence);
                _checks[name] = (false, false);
            }
            if (_before is not null)
            {
                InMemoryApi.Guard(fence);
                (_autoscaler, _before) = (_before, null);
            }
        }
        return ValueTask.CompletedTask;
    }
}
