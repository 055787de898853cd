namespace Handcarry.Actors.Cluster;

/// <summary>Where the whole upgrade stands (DESIGN, "Actors").</summary>
public enum Phase
{
    /// <summary>Nothing to do.</summary>
    Idle,

    /// <summary>A bundle was found and is being judged.</summary>
    Judging,

    /// <summary>Blobs travel from the medium to all nodes; images are loaded as they become complete.</summary>
    Carrying,

    /// <summary>Every node has every image.</summary>
    Loaded,

    /// <summary>As Loaded, but the administrator wants to wait.</summary>
    Held,

    /// <summary>The cluster version operator has been asked to upgrade.</summary>
    Upgrading,

    /// <summary>The cluster runs the new version.</summary>
    Completed,

    /// <summary>The bundle will not be used, for a reason.</summary>
    Refused,

    /// <summary>The upgrade was asked for and did not succeed, for a reason.</summary>
    Failed,

    /// <summary>The administrator called it off.</summary>
    Cancelled,
}
