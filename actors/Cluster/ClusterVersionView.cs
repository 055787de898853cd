namespace Handcarry.Actors.Cluster;

/// <summary>What the supervisor needs to know of <c>ClusterVersion/version</c>.</summary>
/// <param name="CurrentVersion">Version of the newest Completed entry of the history; empty when there is none.</param>
/// <param name="CurrentImage">Image of that entry.</param>
/// <param name="DesiredImage"><c>spec.desiredUpdate.image</c>; empty when nothing is desired.</param>
/// <param name="Observed">Whether the operator has seen the newest spec (observedGeneration has caught up).</param>
/// <param name="Head">The newest history entry, null when there is none.</param>
/// <param name="ReleaseAccepted">The ReleaseAccepted condition.</param>
/// <param name="Progressing">The Progressing condition.</param>
/// <param name="Failing">The Failing condition.</param>
/// <param name="Upgradeable">The Upgradeable condition; null when there is none, which means yes.</param>
public sealed record ClusterVersionView(
    string CurrentVersion,
    string CurrentImage,
    string DesiredImage,
    bool Observed,
    HistoryEntry? Head,
    ConditionView? ReleaseAccepted,
    ConditionView? Progressing,
    ConditionView? Failing,
    ConditionView? Upgradeable = null)
{
    /// <summary>The administrator's wish for a bundle, where the API server keeps it; null when there is none.</summary>
    public DesiredBundle? Wish { get; init; }
}
