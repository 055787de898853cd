namespace Handcarry.Actors.Cluster;

/// <summary>
/// Has the machine config operator keep a release's images, by PinnedImageSets that every machine config pool refers to. Releases 4.19 to 4.22 take the
/// OS image from local storage only then (reference/openshift.md sections 3.1 and 4.4). All methods throw <see cref="ApiUnavailableException"/> and
/// <see cref="StaleWriteException"/>, can be repeated, and do nothing on a cluster without that API.
/// </summary>
public interface IPinnedImageSets
{
    /// <summary>Puts the sets of <paramref name="images"/> in place besides those of other bundles, and tells what the daemons say of them.</summary>
    /// <param name="commitment">The bundle they come from.</param>
    /// <param name="images">The images, at most 50,000; a name that the API does not take (a host without a dot, say) is left out.</param>
    /// <param name="nodes">The nodes whose daemons must report them.</param>
    /// <param name="fence">The lease.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask<PinnedSets> PinAsync(
        string commitment, IReadOnlyList<string> images, IReadOnlyList<string> nodes, IFence fence, CancellationToken cancellationToken);

    /// <summary>Takes away the sets of every bundle but one. Sets of others stay.</summary>
    ValueTask KeepOnlyAsync(string commitment, IFence fence, CancellationToken cancellationToken);

    /// <summary>Takes away the sets of a bundle that is not used after all.</summary>
    ValueTask DropAsync(string commitment, IFence fence, CancellationToken cancellationToken);
}
