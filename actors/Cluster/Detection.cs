namespace Handcarry.Actors.Cluster;

/// <summary>Which media begin an upgrade.</summary>
public enum Detection
{
    /// <summary>Any medium with a bundle that fits.</summary>
    Automatic,

    /// <summary>Only one that the administrator has named in spec.bundle, by its file or by its digest.</summary>
    Manual,
}
