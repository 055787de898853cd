namespace Handcarry.Hosts.OpenShift.Access;

/// <summary>What a client needs, as a right on BundleUpgrade/cluster.</summary>
public enum ClientRight
{
    /// <summary>The right to get it.</summary>
    Read,

    /// <summary>The right to patch it.</summary>
    Change,
}
