namespace Handcarry.Actors.Cluster;

/// <summary>
/// What the administrator wants of a bundle by <c>ClusterVersion.spec.desiredUpdate</c>, in the form of the proposal: <c>bundle.file</c>,
/// <c>bundle.digest</c> and <c>hold</c>. No published definition of ClusterVersion has these members, and an API server with such a one
/// prunes them (reference/openshift.md section "Unknown fields of ClusterVersion"). Image and version beside them are the operator's, and ours.
/// </summary>
/// <param name="File">The device or file with the bundle; empty for any.</param>
/// <param name="Digest">The only bundle that may be used; empty for any.</param>
/// <param name="Hold">True: prepare everything and wait.</param>
public sealed record DesiredBundle(string File, string Digest, bool Hold)
{
    /// <summary>The reason word when ClusterVersion and BundleUpgrade name different bundles.</summary>
    public const string Disagrees = "DesiredBundleDisagrees";

    private const string Place = "of ClusterVersion version";

    /// <summary>
    /// What counts of both: what one of them leaves open the other fills in, and either may hold. Where they name different things, none of
    /// them counts, and <see cref="UpgradeSpec.Disagreement"/> says so.
    /// </summary>
    public UpgradeSpec Over(UpgradeSpec own)
    {
        ArgumentNullException.ThrowIfNull(own);
        List<string> different =
        [
            .. Different("file", File, own.BundleFile),
            .. Different("digest", Digest, own.BundleDigest),
        ];
        var held = own with
        {
            Hold = own.Hold || Hold,
            HeldBy = (own.Hold, Hold) switch
            {
                (true, true) => $"{own.HeldBy} and spec.desiredUpdate.hold {Place}",
                (false, true) => $"spec.desiredUpdate.hold {Place}",
                _ => own.HeldBy,
            },
        };
        return different.Count > 0
            ? held with
            {
                BundleFile = "",
                BundleDigest = "",
                Disagreement = new Finding(Disagrees, $"BundleUpgrade cluster and ClusterVersion version want different bundles: {string.Join("; ", different)}.", "Correct one of them, or take it out.")
                    .About("ClusterVersion", "version"),
            }
            : held with
            {
                BundleFile = File.Length > 0 ? File : own.BundleFile,
                BundleDigest = Digest.Length > 0 ? Digest : own.BundleDigest,
                DigestPinnedBy = Digest.Length > 0 ? $"spec.desiredUpdate.bundle.digest {Place}" : own.DigestPinnedBy,
            };
    }

    private static IEnumerable<string> Different(string member, string desired, string own) => desired.Length > 0 && own.Length > 0 && desired != own
        ? [$"spec.bundle.{member} is {own}, spec.desiredUpdate.bundle.{member} is {desired}"]
        : [];
}
