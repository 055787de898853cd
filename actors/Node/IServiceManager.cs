namespace Handcarry.Actors.Node;

/// <summary>The service manager of the node, systemd.</summary>
public interface IServiceManager
{
    /// <summary>Stops a unit, if it runs, and starts it; returns when that is done or has failed.</summary>
    /// <exception cref="ServiceException">There is no such unit, or the service manager cannot be asked.</exception>
    ValueTask<JobResult> RestartAsync(string unit, CancellationToken cancellationToken);

    /// <summary>Has a running unit read its configuration anew; returns when that is done or has failed.</summary>
    /// <exception cref="ServiceException">There is no such unit, it cannot reload or does not run, or the service manager cannot be asked.</exception>
    ValueTask<JobResult> ReloadAsync(string unit, CancellationToken cancellationToken);

    /// <summary>How a unit is; null when the service manager has not loaded it, as one that does not exist, or one that nobody needs.</summary>
    /// <exception cref="ServiceException">The service manager cannot be asked.</exception>
    ValueTask<UnitState?> StateAsync(string unit, CancellationToken cancellationToken);
}
