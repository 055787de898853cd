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

    /// <summary>
    /// <c>cluster.stableAfter</c>, default 7 s, 2 s to 2 min: for how long who is reached must not have changed before agents that are not are given up. After
    /// that, about 12 s in which nothing is heard of it and the 8 s of its lease a dead node's supervisor is replaced. Akka's advice is 7 s for 5 nodes, 10 s for 10, 20 s for 100,
    /// 27 s for 500.
    /// </summary>
    public TimeSpan StableAfter { get; init; } = TimeSpan.FromSeconds(7);
}
