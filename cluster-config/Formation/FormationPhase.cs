namespace Handcarry.ClusterConfig.Formation;

/// <summary>Where a node stands on its way into a cluster.</summary>
internal enum FormationPhase
{
    /// <summary>The contacts are being asked to let this node join.</summary>
    Seeking,

    /// <summary>Nobody let this node join for long enough; the contacts are asked whether they are members of a cluster.</summary>
    Asking,

    /// <summary>None of them is, or the site is fresh; the lease is asked for.</summary>
    Claiming,

    /// <summary>This node held the lease and joined itself.</summary>
    Founded,

    /// <summary>This node is in a cluster.</summary>
    Member,
}
