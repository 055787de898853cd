namespace Handcarry.Actors.Cluster;

/// <summary>What the administrator wants, from <c>BundleUpgrade.spec</c>, and with <see cref="DesiredBundle.Over"/> from ClusterVersion.</summary>
/// <param name="Hold">True: prepare everything and wait before asking for the upgrade.</param>
/// <param name="BundleDigest">The only bundle (by the digest of its commitment, or of its file) that may be used; empty for any.</param>
/// <param name="Generation">metadata.generation of the object.</param>
public sealed record UpgradeSpec(bool Hold, string BundleDigest, long Generation)
{
    /// <summary>Which media begin an upgrade.</summary>
    public Detection Detection { get; init; }

    /// <summary>The device or file with the bundle, as its agent names it (<c>/dev/sdb1</c>); empty for any.</summary>
    public string BundleFile { get; init; } = "";

    /// <summary>The setting, or settings, that <see cref="Hold"/> comes from.</summary>
    public string HeldBy { get; init; } = "spec.hold";

    /// <summary>The setting that <see cref="BundleDigest"/> comes from.</summary>
    public string DigestPinnedBy { get; init; } = "spec.bundle.digest";

    /// <summary>Why no bundle can be used: the administrator wants two different ones; null when he does not.</summary>
    public Finding? Disagreement { get; init; }

    /// <summary>Whether a release is used that does not name the cluster's version among those it can be reached from.</summary>
    public bool AllowUnlistedEdge { get; init; }

    /// <summary>When the cluster version operator may be asked.</summary>
    public UpgradeSchedule Schedule { get; init; } = UpgradeSchedule.Always;

    /// <summary>Whom to trust.</summary>
    public TrustSpec Trust { get; init; } = new();

    /// <summary>How many nodes may be not ready when a bundle is judged; 0 or more.</summary>
    public int ToleratedUnready { get; init; }

    /// <summary>Which nodes take part.</summary>
    public NodeSelector Selector { get; init; } = NodeSelector.All;

    /// <summary>How many bytes a second all nodes together may draw; 0 for no limit but that of the agents' configuration.</summary>
    public long SiteBytesPerSecond { get; init; }

    /// <summary>How many bytes a second one node may draw; 0 for no limit but that of the agents' configuration.</summary>
    public long NodeBytesPerSecond { get; init; }

    /// <summary>How long after the upgrade the layers of its bundle stay on the nodes for those that come late; 0 for not at all.</summary>
    public TimeSpan Retain { get; init; } = TimeSpan.FromDays(7);

    /// <summary>True: call the upgrade off. Nothing is begun while it stays true.</summary>
    public bool Cancel { get; init; }
}
