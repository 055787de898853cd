namespace Handcarry.Hosts.OpenShift.Upgrades.Spec;

/// <summary>How a bundle is found.</summary>
public enum Detection
{
    /// <summary>Every medium that is inserted into any node is looked at.</summary>
    Automatic,

    /// <summary>Only what <see cref="BundleChoice.File"/> names is used.</summary>
    Manual,
}
