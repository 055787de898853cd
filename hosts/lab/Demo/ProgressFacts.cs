using Handcarry.Lab.Site;

namespace Handcarry.Lab.Demo;

/// <summary>What is worth a line when the view of the site has changed: phases, stages and what the cluster version operator says.</summary>
internal static class ProgressFacts
{
    public static IEnumerable<Fact> Between(SiteView before, SiteView after)
    {
        if (after.Upgrade.Phase.Length > 0 && (after.Upgrade.Phase, after.Upgrade.Reason) != (before.Upgrade.Phase, before.Upgrade.Reason))
            yield return Phase(after.Upgrade);
        foreach (var node in after.Upgrade.Nodes)
        {
            if (before.Upgrade.Nodes.FirstOrDefault(other => other.Name == node.Name)?.Stage != node.Stage)
                yield return Stage(node, after.Upgrade);
        }

        if (after.Version.Progressing.Length > 0 && after.Version.Progressing != before.Version.Progressing)
            yield return new Fact("clusterVersion", $"ClusterVersion: {after.Version.Progressing}", ("message", after.Version.Progressing), ("current", after.Version.Current));
    }

    private static Fact Phase(UpgradeProgress upgrade) => new(
        "phase",
        upgrade.Message.Length > 0 ? $"{upgrade.Phase}: {upgrade.Message}" : upgrade.Phase,
        ("phase", upgrade.Phase), ("reason", upgrade.Reason), ("message", upgrade.Message));

    private static Fact Stage(NodeProgress node, UpgradeProgress upgrade) => new(
        "stage",
        $"  {node.Name} {node.Stage}, {Sizes.Mega(node.BytesHeld)} of {Sizes.Mega(upgrade.Size)}, {node.ImagesLoaded} of {upgrade.Images} images",
        ("node", node.Name), ("stage", node.Stage), ("bytesHeld", node.BytesHeld), ("imagesLoaded", node.ImagesLoaded));
}
