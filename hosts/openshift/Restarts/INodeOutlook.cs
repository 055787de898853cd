namespace Handcarry.Hosts.OpenShift.Restarts;

/// <summary>How the cluster sees one node, and whether it is being upgraded.</summary>
public interface INodeOutlook
{
    /// <summary>As it is now. Throws <see cref="Actors.Cluster.ApiUnavailableException"/>.</summary>
    ValueTask<NodeOutlook> LookAsync(CancellationToken cancellationToken);
}
