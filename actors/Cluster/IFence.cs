namespace Handcarry.Actors.Cluster;

/// <summary>
/// A Kubernetes Lease (<c>coordination.k8s.io/v1</c>) that must be held for each write of the supervisor. The holder stops believing in it
/// a margin before others may take it.
/// </summary>
public interface IFence
{
    /// <summary>
    /// Tries once to take or renew the lease; true when it is held now. False when another holds it. Throws <see cref="ApiUnavailableException"/>.
    /// </summary>
    ValueTask<bool> TryHoldAsync(CancellationToken cancellationToken);

    /// <summary>Whether the lease is surely still ours, by this machine's monotonic clock.</summary>
    bool IsHeld { get; }

    /// <summary>How often <see cref="TryHoldAsync"/> must be called to keep the lease.</summary>
    TimeSpan RenewEvery { get; }

    /// <summary>Who the record says holds it, us included, whether it has expired or not; empty for nobody. Throws <see cref="ApiUnavailableException"/>.</summary>
    ValueTask<string> HolderAsync(CancellationToken cancellationToken);

    /// <summary>Gives the lease back if it is ours, so that a successor need not wait for it to expire.</summary>
    ValueTask ReleaseAsync(CancellationToken cancellationToken);
}
