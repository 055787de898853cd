namespace Handcarry.ClusterConfig.Formation;

/// <summary>What a node does on its way into a cluster.</summary>
internal enum FormationStep
{
    /// <summary>Ask all contacts, again and again, to let this node join.</summary>
    JoinContacts,

    /// <summary>Try to create the record.</summary>
    CreateRecord,

    /// <summary>Start, or start anew, the wait for a member to let this node join.</summary>
    WaitFoundAfter,

    /// <summary>Ask all contacts whether they are members of a cluster.</summary>
    AskContacts,

    /// <summary>Try to take the lease.</summary>
    TakeLease,

    /// <summary>Join this node to itself: a new cluster.</summary>
    Found,
}
