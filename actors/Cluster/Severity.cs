namespace Handcarry.Actors.Cluster;

/// <summary>What a <see cref="Finding"/> means for the bundle.</summary>
public enum Severity
{
    /// <summary>How the upgrade will go; nothing is to be done about it.</summary>
    Information,

    /// <summary>The bundle is used; somebody should know of it.</summary>
    Warning,

    /// <summary>The bundle is not used while it is so.</summary>
    Refusal,
}
