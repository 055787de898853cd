using Handcarry.Actors.Node;

namespace Handcarry.Twins.Node;

/// <summary>An <see cref="IServiceManager"/> of units that a test names.</summary>
public sealed class InMemoryServiceManager : IServiceManager
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Unit> _units = new(StringComparer.Ordinal);
    private readonly List<string> _jobs = [];

    /// <summary>What was asked for so far, such as <c>restart crio.service</c>.</summary>
    public IReadOnlyList<string> Jobs
    {
        get
        {
            lock (_gate)
                return [.. _jobs];
        }
    }

    /// <summary>Adds a unit, running or not.</summary>
    public void Add(string unit, bool running = false, bool fails = false, bool canReload = true)
    {
        lock (_gate)
            _units[unit] = new Unit(fails, canReload, running ? new UnitState("active", "running") : null);
    }

    /// <inheritdoc/>
    public ValueTask<JobResult> RestartAsync(string unit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var known = Find(unit);
            _jobs.Add($"restart {unit}");
            _units[unit] = known with { State = known.Fails ? new UnitState("failed", "failed") : new UnitState("active", "running") };
            return ValueTask.FromResult(known.Fails ? JobResult.Failed : JobResult.Done);
        }
    }

    /// <inheritdoc/>
    public ValueTask<JobResult> ReloadAsync(string unit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var known = Find(unit);
            if (!known.CanReload || known.State?.Active != "active")
                throw new ServiceException(ServiceException.Refused, $"{unit} cannot reload.");
            _jobs.Add($"reload {unit}");
            return ValueTask.FromResult(known.Fails ? JobResult.Failed : JobResult.Done);
        }
    }

    /// <inheritdoc/>
    public ValueTask<UnitState?> StateAsync(string unit, CancellationToken cancellationToken)
    {
        lock (_gate)
            return ValueTask.FromResult(_units.GetValueOrDefault(unit)?.State);
    }

    private Unit Find(string unit) =>
        _units.GetValueOrDefault(unit) ?? throw new ServiceException(ServiceException.NoSuchUnit, $"There is no unit {unit} on this node.");

    private sealed record Unit(bool Fails, bool CanReload, UnitState? State);
}
