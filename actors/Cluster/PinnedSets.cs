namespace Handcarry.Actors.Cluster;

/// <summary>What became of the PinnedImageSets of a bundle.</summary>
/// <param name="Commitment">The bundle.</param>
/// <param name="Reason">Empty when every node reports them, or the cluster has no such API; else <see cref="Waiting"/> or <see cref="Failed"/>.</param>
/// <param name="Message">What is the matter, with the node or pool concerned and what to do; empty without a reason.</param>
public sealed record PinnedSets(string Commitment, string Reason = "", string Message = "")
{
    /// <summary>Not every node has reported them yet.</summary>
    public const string Waiting = "WaitingForPinnedImageSets";

    /// <summary>A node or pool cannot pin them; its daemon tries again by itself.</summary>
    public const string Failed = "PinnedImageSetsFailed";

    /// <summary>Whether nothing more is to be waited for.</summary>
    public bool Done => Reason.Length == 0;
}
