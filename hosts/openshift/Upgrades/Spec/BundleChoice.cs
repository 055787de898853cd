namespace Handcarry.Hosts.OpenShift.Upgrades.Spec;

/// <summary>Which bundle may be used.</summary>
public sealed record BundleChoice
{
    /// <summary>Absolute path of a bundle on a node, or of a device that holds one; empty for none.</summary>
    public string File { get; init; } = "";

    /// <summary>The only bundle that may be used, by the digest of its inventory or of the whole file; empty for any.</summary>
    public string Digest { get; init; } = "";

    /// <summary>Accept a release that does not list this cluster's version among those it may follow.</summary>
    public bool AllowUnlistedEdge { get; init; }
}
