using Handcarry.Actors.Cluster;
using static Handcarry.Hosts.OpenShift.Upgrades.BundleUpgrade;

namespace Handcarry.Hosts.OpenShift.Upgrades;

/// <summary>
/// The conditions of the whole upgrade, in the convention of Kubernetes (api-conventions.md, "Typical status properties"): what a program waits for
/// (<c>oc wait --for=condition=Completed bup/cluster</c>).
/// </summary>
internal static class StatusConditions
{
    public const string Progressing = "Progressing";
    public const string Loaded = "Loaded";
    public const string Held = "Held";
    public const string Degraded = "Degraded";
    public const string Completed = "Completed";

    /// <summary>Times of <paramref name="before"/> stay where a condition's status has not changed; conditions of others stay as they are.</summary>
    public static List<UpgradeConditionPart> Of(UpgradeStatus status, IReadOnlyList<UpgradeConditionPart>? before, DateTime time)
    {
        var ready = status.Nodes.Count(static node => node.Loaded);
        var allLoaded = status.Phase is Phase.Loaded or Phase.Held or Phase.Upgrading or Phase.Completed;
        var failed = status.Phase is Phase.Refused or Phase.Failed;
        var explained = status.Reason.Length > 0 ? status.Reason : status.Phase.ToString();
        List<UpgradeConditionPart> ours =
        [
            Condition(Progressing, status.Phase is Phase.Judging or Phase.Carrying or Phase.Loaded or Phase.Upgrading, status.Phase.ToString(), status.Message),
            Condition(Loaded, allLoaded, allLoaded ? "AllNodes" : status.Bundle is null ? "NoBundle" : "NodesIncomplete",
                status.Bundle is null ? "" : $"{ready} of {status.Nodes.Count} nodes have every image."),
            Condition(Held, status.Phase == Phase.Held, status.Phase == Phase.Held ? explained : "NotHeld", status.Phase == Phase.Held ? status.Message : ""),
            Condition(Degraded, failed, failed ? explained : "AsExpected", failed ? status.Message : ""),
            Condition(Completed, status.Phase == Phase.Completed, status.Phase == Phase.Completed ? "Completed" : "NotCompleted", ""),
        ];
        return [.. ours, .. (before ?? []).Where(theirs => !ours.Exists(own => own.Type == theirs.Type))];

        UpgradeConditionPart Condition(string type, bool isTrue, string reason, string message)
        {
            var word = isTrue ? "True" : "False";
            var earlier = before?.FirstOrDefault(condition => condition.Type == type);
            return new UpgradeConditionPart
            {
                Type = type,
                Status = word,
                ObservedGeneration = status.ObservedGeneration,
                Reason = StatusLimits.Cut(reason, StatusLimits.Reason),
                Message = StatusLimits.Cut(message, StatusLimits.Message),
                LastTransitionTime = earlier?.Status == word ? earlier.LastTransitionTime ?? time : time,
            };
        }
    }
}
