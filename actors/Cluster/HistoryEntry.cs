namespace Handcarry.Actors.Cluster;

/// <summary>An entry of <c>ClusterVersion.status.history</c>.</summary>
/// <param name="Version">Version of the release.</param>
/// <param name="Image">Its image by digest.</param>
/// <param name="Completed">True for state Completed, false for Partial.</param>
public sealed record HistoryEntry(string Version, string Image, bool Completed)
{
    /// <summary>When it was completed, by the operator's clock; null while it is not, or when the operator does not say.</summary>
    public DateTimeOffset? CompletedAt { get; init; }
}
