namespace Handcarry.Hosts.OpenShift.Upgrades.Spec;

/// <summary>Whose signatures count; by default those that the cluster itself trusts for its releases.</summary>
public sealed record TrustPolicy
{
    /// <summary>OpenPGP keyrings, armored, a key of each of which must have signed, on top of those of the cluster's own verification ConfigMap.</summary>
    public IReadOnlyList<string> ReleaseKeyrings { get; init; } = [];

    /// <summary>Public keys, PEM, of the engineers one of whom must have signed the bundle; empty when nobody must.</summary>
    public IReadOnlyList<string> EngineerKeys { get; init; } = [];

    /// <summary>Accept a release without a signature that can be verified. Never true together with <see cref="EngineerKeys"/>.</summary>
    public bool AllowUnsigned { get; init; }
}
