namespace Handcarry.Actors.Cluster;

/// <summary>Whom the administrator trusts, from <c>BundleUpgrade.spec.trust</c>.</summary>
public sealed record TrustSpec
{
    /// <summary>Keyrings, armored, a key of each of which must have signed the release on top of the cluster's own.</summary>
    public IReadOnlyList<string> ReleaseKeyrings { get; init; } = [];

    /// <summary>Public keys in PEM, one of which must have signed the bundle; empty when nobody has to.</summary>
    public IReadOnlyList<string> EngineerKeys { get; init; } = [];

    /// <summary>Whether a release is used whose signature cannot be verified. The cluster version operator refuses it all the same.</summary>
    public bool AllowUnsigned { get; init; }

    /// <summary>Whether both say the same.</summary>
    public bool Equals(TrustSpec? other) =>
        other is not null && AllowUnsigned == other.AllowUnsigned
        && ReleaseKeyrings.SequenceEqual(other.ReleaseKeyrings) && EngineerKeys.SequenceEqual(other.EngineerKeys);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(AllowUnsigned, ReleaseKeyrings.Count, EngineerKeys.Count);
}
