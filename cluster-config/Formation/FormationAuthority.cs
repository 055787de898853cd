using Handcarry.ClusterConfig.Options;

namespace Handcarry.ClusterConfig.Formation;

/// <summary>
/// Who may found a cluster is decided outside of it, by the Kubernetes API. Each of the two is asked again with growing pauses when it throws; each call is
/// cancelled after ten seconds. The same goes for <see cref="Discover"/>.
/// </summary>
/// <param name="TryCreateRecord">
/// Creates the record that this site's agents have met, atomically. True for the one caller that created it, on a fresh site; false for all others,
/// for ever. It spares a fresh site the wait for members that cannot exist.
/// </param>
/// <param name="TryHoldLease">
/// Takes or renews the formation lease once; true when this node holds it now. No node founds a cluster without it. While a cluster exists
/// its leader renews it, so that a node that is cut off from all members is refused.
/// </param>
/// <param name="RenewEvery">How often the leader renews; well below the lease's duration.</param>
public sealed record FormationAuthority(
    Func<CancellationToken, ValueTask<bool>> TryCreateRecord,
    Func<CancellationToken, ValueTask<bool>> TryHoldLease,
    TimeSpan RenewEvery)
{
    /// <summary>Addresses of other agents besides those that were configured, asked for before each round; null when there is nobody to ask. What it said last holds while it throws.</summary>
    public Func<CancellationToken, ValueTask<IReadOnlyList<Endpoint>>>? Discover { get; init; }
}
