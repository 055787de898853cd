namespace Handcarry.Actors.Cluster;

/// <summary>How the cluster is, as its API tells. What a cluster does not have (no machine config operator, say) is empty here.</summary>
public sealed record ClusterHealth
{
    /// <summary>A cluster of which nothing is told: it has none of these APIs.</summary>
    public static ClusterHealth Bare { get; } = new();

    /// <summary>Its operators, by name in ordinal order.</summary>
    public IReadOnlyList<OperatorView> Operators { get; init; } = [];

    /// <summary>Its machine config pools, by name in ordinal order.</summary>
    public IReadOnlyList<PoolView> Pools { get; init; } = [];

    /// <summary>What an administrator has to acknowledge, by key in ordinal order.</summary>
    public IReadOnlyList<AdminGate> Gates { get; init; } = [];

    /// <summary>Whether InternalReleaseImage <c>cluster</c> is there: a registry of its own serves release images on the nodes.</summary>
    public bool InternalReleaseImage { get; init; }

    /// <summary>Whether both tell the same.</summary>
    public bool Equals(ClusterHealth? other) =>
        other is not null && InternalReleaseImage == other.InternalReleaseImage
        && Operators.SequenceEqual(other.Operators) && Pools.SequenceEqual(other.Pools) && Gates.SequenceEqual(other.Gates);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Operators.Count, Pools.Count, Gates.Count, InternalReleaseImage);
}
