namespace Handcarry.Actors.Cluster;

/// <summary>The nodes of the cluster as the Kubernetes API lists them: those an upgrade has to reach.</summary>
public interface IClusterNodes
{
    /// <summary>The nodes now; then again whenever one comes, goes or changes one of these facts. Absence of the API is waited out.</summary>
    IAsyncEnumerable<IReadOnlyList<ClusterNode>> WatchAsync(CancellationToken cancellationToken);
}
