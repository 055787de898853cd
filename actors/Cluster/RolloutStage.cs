namespace Handcarry.Actors.Cluster;

/// <summary>Where the renewal of the agents stands.</summary>
public enum RolloutStage
{
    /// <summary>There is nothing to renew them with: no agent in the bundle, or none that is newer.</summary>
    NothingToDo,

    /// <summary>The API does not tell, or refuses; it is asked again.</summary>
    Unknown,

    /// <summary>There is a newer agent, but the agents are no pods.</summary>
    NotPods,

    /// <summary>There is a newer agent, but nobody whom the site trusts vouches for it: what it would run, it would run as root on every node.</summary>
    NotVouched,

    /// <summary>One node after the other gets the new one.</summary>
    Underway,

    /// <summary>All nodes have it.</summary>
    Done,

    /// <summary>It was set, and somebody, or a supervisor, has set back what was there before: it is not set again.</summary>
    SetBack,
}
