namespace Handcarry.Hosts.OpenShift.Access;

/// <summary>Asks the cluster who somebody is, and what they may. Both throw <see cref="Actors.Cluster.ApiUnavailableException"/>.</summary>
public interface IAccessReview
{
    /// <summary>Whose the token is; null when nobody's, or when it has expired.</summary>
    ValueTask<ReviewedUser?> WhoAsync(string token, CancellationToken cancellationToken);

    /// <summary>Whether the user has the right.</summary>
    ValueTask<bool> MayAsync(ReviewedUser user, ClientRight right, CancellationToken cancellationToken);
}
