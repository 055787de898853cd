namespace Handcarry.Actors.Protocol.Clients;

/// <summary>What a client can ask an agent for. What changes something needs the right to patch BundleUpgrade/cluster, all else the right to get it.</summary>
public enum ClientVerb
{
    /// <summary>The state of the whole upgrade.</summary>
    Status,

    /// <summary>What a node remembers: stages, problems, media, who asked for what.</summary>
    Facts,

    /// <summary>The last lines of a node's log.</summary>
    Logs,

    /// <summary>A node's versions and settings, without secrets.</summary>
    Settings,

    /// <summary>How a bundle would be judged now.</summary>
    Judge,

    /// <summary>Prepare everything, and wait before asking for the upgrade.</summary>
    Hold,

    /// <summary>Wait no longer.</summary>
    Release,

    /// <summary>Call the upgrade off, or take that back.</summary>
    Cancel,

    /// <summary>A node forgets what has gone wrong and tries again.</summary>
    Retry,

    /// <summary>A certificate of a client for whoever may read.</summary>
    Login,
}
