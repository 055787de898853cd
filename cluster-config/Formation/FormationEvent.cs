namespace Handcarry.ClusterConfig.Formation;

/// <summary>What happens to a node on its way into a cluster.</summary>
internal enum FormationEvent
{
    /// <summary>The record did not exist and this node made it.</summary>
    RecordCreated,

    /// <summary>The record exists already.</summary>
    RecordExists,

    /// <summary>Whether it exists could not be found out.</summary>
    RecordUnavailable,

    /// <summary>The time is over in which a member would have let this node join.</summary>
    FoundAfterElapsed,

    /// <summary>A contact answered that it is in a cluster.</summary>
    ContactIsMember,

    /// <summary>All contacts were asked and none answered that it is in a cluster.</summary>
    NoContactIsMember,

    /// <summary>This node holds the lease.</summary>
    LeaseHeld,

    /// <summary>Another holds the lease.</summary>
    LeaseRefused,

    /// <summary>Who holds the lease could not be found out.</summary>
    LeaseUnavailable,

    /// <summary>This node is in a cluster.</summary>
    Joined,
}
