namespace Handcarry.Hosts.OpenShift.Upgrades.Spec;

/// <summary>What the administrator wants: <c>spec</c> of BundleUpgrade, as deploy/crd/bundleupgrades.yaml defines it, with its defaults.</summary>
public sealed record BundleUpgradeSpec
{
    /// <summary>Whether inserted media are looked at.</summary>
    public Detection Detection { get; init; }

    /// <summary>Prepare everything, then wait.</summary>
    public bool Hold { get; init; }

    /// <summary>Call the upgrade off.</summary>
    public bool Cancel { get; init; }

    /// <summary>Which bundle may be used.</summary>
    public BundleChoice Bundle { get; init; } = new();

    /// <summary>When the cluster version operator may be asked; null for any time.</summary>
    public UpgradeSchedule? Schedule { get; init; }

    /// <summary>Whose signatures count.</summary>
    public TrustPolicy Trust { get; init; } = new();

    /// <summary>Which nodes must be ready.</summary>
    public NodeChoice Nodes { get; init; } = new();

    /// <summary>How much of the network carrying may take.</summary>
    public CarryRate Rate { get; init; } = new();

    /// <summary>How long the bundle's blobs are kept after the upgrade for nodes that come late; one week unless said otherwise.</summary>
    public TimeSpan Retain { get; init; } = TimeSpan.FromHours(168);

    /// <summary><c>metadata.generation</c> of the object.</summary>
    public long Generation { get; init; }
}
