namespace Handcarry.Actors.Cluster;

/// <summary>
/// The cluster version operator as its API object <c>ClusterVersion/version</c> shows it, and the regular way to ask it for an upgrade.
/// Failures to reach the API surface as <see cref="ApiUnavailableException"/>; they are worth trying again.
/// </summary>
public interface IClusterVersion
{
    /// <summary>
    /// The object as it is now, then every change, until cancelled. Survives dropped watches and expired resource versions by itself;
    /// a longer absence of the API is reported as null, once.
    /// </summary>
    IAsyncEnumerable<ClusterVersionView?> WatchAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Puts the release's GPG signatures where the operator looks for them: a ConfigMap in <c>openshift-config-managed</c>
    /// (reference/openshift.md section 10.3). Doing it again is harmless.
    /// </summary>
    ValueTask PutSignaturesAsync(string releaseDigest, IReadOnlyList<byte[]> signatures, CancellationToken cancellationToken);

    /// <summary>
    /// Merge-patches <c>spec.desiredUpdate</c> with image and version, never with force; the administrator's <see cref="DesiredBundle"/> stays.
    /// Harmless when it already says so. <see cref="StaleWriteException"/> while that wish is to hold.
    /// </summary>
    ValueTask RequestUpgradeAsync(string image, string version, IFence fence, CancellationToken cancellationToken);

    /// <summary>
    /// Merge-patches <c>spec.desiredUpdate</c> to null, or to the administrator's <see cref="DesiredBundle"/> alone, when it names <paramref name="image"/> and the operator has not begun to apply it:
    /// afterwards that would mean nothing (reference/openshift.md section 5.2). Harmless when there is nothing to withdraw.
    /// </summary>
    ValueTask WithdrawUpgradeAsync(string image, IFence fence, CancellationToken cancellationToken);
}
