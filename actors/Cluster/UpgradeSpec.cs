namespace Handcarry.Actors.Cluster;

/// <summary>What the administrator wants, from <c>BundleUpgrade.spec</c>.</summary>
/// <param name="Hold">True: prepare everything and wait before asking for the upgrade.</param>
/// <param name="BundleDigest">The only bundle (by commitment digest) that may be used; empty for any.</param>
/// <param name="Generation">metadata.generation of the object.</param>
public sealed record UpgradeSpec(bool Hold, string BundleDigest, long Generation);
