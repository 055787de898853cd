using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Cluster;

/// <summary>
/// From where the machine config daemon of the bundle's release takes the image of the operating system, for each pool, and what it needs for it
/// on its nodes (reference/openshift.md sections 3.1, 4.2 and 4.4): the daemon of the new release does it, with what the old one serves.
/// </summary>
internal static class JudgeOsImage
{
    private const string Mirror = "the mirror in registries.conf.d of each node";

    public static IEnumerable<Finding> Findings(BundleFacts bundle, JudgedSite site)
    {
        if (!SemanticVersion.TryParse(bundle.Version, out var target) || !SemanticVersion.TryParse(site.Version.CurrentVersion, out var current))
            return [];
        var (from, needs) = Source(target, current);
        return site.Health.Pools.Select(pool => new Finding(
            "OsImageSource",
            $"Machine config pool {pool.Name}: OpenShift {bundle.Version} takes the image of the operating system from {from}. It needs {needs}. {Pins(current)}",
            "",
            Severity.Information).About("MachineConfigPool", pool.Name));
    }

    private static (string From, string Needs) Source(SemanticVersion target, SemanticVersion current) =>
        IsAtLeast(target, 23) ? ("local storage, and from a registry when it is not there", $"the image on each node, or {Mirror}")
        : !IsAtLeast(target, 19) ? ("a registry", Mirror)
        : ServesPinnedImageSets(current) ? ("local storage when the pool names a PinnedImageSet, else from a registry", $"a PinnedImageSet in the pool, or {Mirror}")
        : ($"a registry, for {current.Major}.{current.Minor} serves no PinnedImageSet that could name local storage", Mirror);

    // CRI-O 1.28 is the first that knows pinned_images; it is the one of 4.15.
    private static string Pins(SemanticVersion current) =>
        ServesPinnedImageSets(current) ? "Images are pinned by a PinnedImageSet or a drop-in of CRI-O."
        : IsAtLeast(current, 15) ? "Images are pinned by a drop-in of CRI-O."
        : $"CRI-O of {current.Major}.{current.Minor} cannot pin images: see that no node runs short of disk space.";

    private static bool ServesPinnedImageSets(SemanticVersion current) => IsAtLeast(current, 19);

    private static bool IsAtLeast(SemanticVersion version, ulong minor) => version.Major > 4 || (version.Major == 4 && version.Minor >= minor);
}
