namespace Handcarry.Actors.Cluster;

/// <summary>
/// <c>BundleUpgrade/cluster</c>: what the administrator wants (spec) and where the upgrade stands (status), which only the supervisor writes.
/// </summary>
public interface IUpgradeStatus
{
    /// <summary>
    /// The spec as it is now, then every change, until cancelled. Creates the object with default spec when it is missing. Absence of the
    /// API is waited out.
    /// </summary>
    IAsyncEnumerable<UpgradeSpec> WatchSpecAsync(CancellationToken cancellationToken);

    /// <summary>The status last written by any supervisor; null when there was none. Remembers its resourceVersion for the next write.</summary>
    ValueTask<UpgradeStatus?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Writes the status through the status subresource, guarded by the resourceVersion remembered and by <paramref name="fence"/>.
    /// Throws <see cref="StaleWriteException"/> or <see cref="ApiUnavailableException"/>.
    /// </summary>
    ValueTask WriteAsync(UpgradeStatus status, IFence fence, CancellationToken cancellationToken);

    /// <summary>Records a Kubernetes Event about the upgrade. Loss is harmless: failures are swallowed after a retry.</summary>
    ValueTask RecordAsync(UpgradeEvent upgradeEvent, CancellationToken cancellationToken);
}
