namespace Handcarry.Actors.Cluster;

/// <summary>How the cluster is, to judge whether it may be upgraded now and to see when it is really done.</summary>
public interface IClusterHealth
{
    /// <summary>
    /// How it is now, then again whenever something of it changes, until cancelled. A longer absence of the API is reported as null, once:
    /// nothing may be decided on facts that may have changed.
    /// </summary>
    IAsyncEnumerable<ClusterHealth?> WatchAsync(CancellationToken cancellationToken);
}
