using Handcarry.Actors.Cluster;
using static Handcarry.Hosts.OpenShift.Upgrades.BundleUpgrade;

namespace Handcarry.Hosts.OpenShift.Upgrades;

/// <summary>What became of the last bundles, the newest first.</summary>
internal static class StatusHistory
{
    /// <summary>
    /// With an entry more when <paramref name="status"/> is the end of a bundle that had not ended before. The same end of the same bundle again, such as a
    /// refused medium that is inserted once more, only moves its time.
    /// </summary>
    public static IReadOnlyList<HistoryPart>? After(UpgradeStatus status, StatusPart? before, DateTime? startedTime, DateTime time)
    {
        var entries = before?.History;
        if (status.Phase is not (Phase.Completed or Phase.Refused or Phase.Failed or Phase.Cancelled) || status.Bundle is not { } bundle)
            return entries;
        var state = status.Phase.ToString();
        var commitment = StatusLimits.Cut(bundle.Commitment, StatusLimits.Digest);
        if (before?.Phase == state && before.Bundle?.Commitment == commitment)
            return entries;
        var entry = new HistoryPart
        {
            State = state,
            Version = StatusLimits.Cut(bundle.Version, StatusLimits.Version),
            Release = StatusLimits.Cut(bundle.Release, StatusLimits.Release),
            Commitment = commitment,
            Reason = StatusLimits.Cut(status.Reason, StatusLimits.Reason),
            Message = StatusLimits.Cut(status.Message, StatusLimits.Message),
            StartedTime = startedTime,
            CompletionTime = time,
        };
        var earlier = entries ?? [];
        if (earlier is [{ } newest, ..] && newest.State == state && newest.Commitment == commitment && newest.Reason == entry.Reason)
            earlier = [.. earlier.Skip(1)];
        return [entry, .. earlier.Take(StatusLimits.History - 1)];
    }
}
