namespace Handcarry.Hosts.OpenShift.Upgrades.Spec;

/// <summary>How much of the network carrying may take, in bytes per second; 0 for no limit beyond the agents' own configuration.</summary>
public sealed record CarryRate
{
    /// <summary>Of all nodes together.</summary>
    public long SiteBytesPerSecond { get; init; }

    /// <summary>That one node draws.</summary>
    public long NodeBytesPerSecond { get; init; }
}
