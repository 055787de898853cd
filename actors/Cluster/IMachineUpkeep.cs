namespace Handcarry.Actors.Cluster;

/// <summary>
/// What replaces, adds and removes machines by itself: MachineHealthChecks, which delete a node that reboots for too long, and the
/// ClusterAutoscaler (reference/openshift.md section 7). Both methods throw <see cref="ApiUnavailableException"/> and
/// <see cref="StaleWriteException"/>, can be repeated, and do nothing on a cluster that has neither.
/// </summary>
public interface IMachineUpkeep
{
    /// <summary>
    /// Pauses it. What was there before is remembered at the objects themselves, so that any supervisor can restore it; what somebody else has
    /// paused is left alone.
    /// </summary>
    /// <param name="nodes">How many nodes the cluster has now, beyond which none is added.</param>
    /// <param name="fence">The lease.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask PauseAsync(int nodes, IFence fence, CancellationToken cancellationToken);

    /// <summary>Puts back what was there before <see cref="PauseAsync"/>, where it was paused by us.</summary>
    ValueTask ResumeAsync(IFence fence, CancellationToken cancellationToken);
}
