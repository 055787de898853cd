namespace Handcarry.Actors.Cluster;

/// <summary>What runs the agents themselves: a DaemonSet, where they are pods. Both methods throw <see cref="ApiUnavailableException"/> and can be repeated.</summary>
public interface IAgentFleet
{
    /// <summary>As it is now; null when no DaemonSet runs the agents.</summary>
    ValueTask<FleetView?> LookAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Has all agents run another image, one node after the other, and remembers at the object what was set. Throws <see cref="StaleWriteException"/> when the lease is not held.
    /// </summary>
    /// <param name="seen">What the decision was made upon.</param>
    /// <param name="image">The image by digest, or what was there before.</param>
    /// <param name="renewed">What is to be remembered as <see cref="FleetView.Renewed"/>.</param>
    /// <param name="fence">The lease.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>False when somebody has set another image in between, and nothing was changed.</returns>
    ValueTask<bool> SetImageAsync(FleetView seen, string image, string renewed, IFence fence, CancellationToken cancellationToken);
}
