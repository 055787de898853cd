namespace Handcarry.Actors.Cluster;

/// <summary>What runs in the cluster, as far as an upgrade without a registry could hurt it.</summary>
public interface IWorkloads
{
    /// <summary>What runs now, or ran at most a minute ago: reading it costs the API server a list of all pods. Throws <see cref="ApiUnavailableException"/>.</summary>
    ValueTask<WorkloadFacts> ReadAsync(CancellationToken cancellationToken);
}
