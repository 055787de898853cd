namespace Handcarry.ClusterConfig.Options;

/// <summary>Section <c>cluster</c>: how the agents find each other.</summary>
public sealed record MembershipOptions
{
    /// <summary>Value of <see cref="Discover"/>.</summary>
    public const string None = "none", Nodes = "nodes";

    /// <summary><c>cluster.contacts</c>, default none: remoting endpoints of the agents; this agent's own may be among them.</summary>
    public IReadOnlyList<Endpoint> Contacts { get; init; } = [];

    /// <summary>
    /// <c>cluster.discover</c>, default <c>none</c>: with <c>nodes</c>, each node of the Kubernetes API is a contact too, by its first InternalIP and this agent's <c>remoting.port</c>.
    /// </summary>
    public string Discover { get; init; } = None;

    /// <summary>
    /// <c>cluster.foundAfter</c>, default 20 s, 1 s to 10 min: how long no contact may have answered as a member before this node may found a cluster,
    /// and then only while it holds the formation lease.
    /// </summary>
    public TimeSpan FoundAfter { get; init; } = TimeSpan.FromSeconds(20);
}
