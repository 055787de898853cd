using Handcarry.Actors.Cluster;
using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Site;

/// <summary>
/// Says what has happened between two reports of a node, or two summaries of the site: what is worth remembering when somebody asks later why. Numbers that grow are not.
/// </summary>
public static class SiteChronicle
{
    /// <summary>What is different in <paramref name="after"/>; <paramref name="before"/> is null for the first report of an agent that has started.</summary>
    public static IEnumerable<(bool Warning, string Reason, string Message)> Between(NodeReport? before, NodeReport after)
    {
        ArgumentNullException.ThrowIfNull(after);
        if (before is null)
            yield return (false, "AgentStarted", $"The agent has started; stage {after.Stage}.");
        else if (before.Stage != after.Stage)
            yield return (false, "StageChanged", $"Stage {before.Stage} -> {after.Stage}.");
        // The sentence of one reason may count on; the word says that something is new.
        if (after.Reason.Length > 0 && after.Reason != before?.Reason)
            yield return (true, after.Reason, after.Message);
        else if (after.Reason.Length == 0 && before is { Reason.Length: > 0 })
            yield return (false, "Resolved", $"{before.Reason} is over.");

        var known = before?.Media.ToDictionary(medium => medium.Id, StringComparer.Ordinal) ?? [];
        foreach (var medium in after.Media)
        {
            var was = known.GetValueOrDefault(medium.Id);
            if (medium.Reason.Length > 0 && medium.Reason != was?.Reason)
                yield return (true, medium.Reason, $"{medium.Name}: {medium.Message}");
            else if (medium.Bundle is { } bundle && was?.Bundle is null)
                yield return (false, "MediumFound", $"{medium.Name} holds bundle {bundle.Version} {bundle.Arch}, {bundle.Commitment}.");
            known.Remove(medium.Id);
        }
        foreach (var gone in known.Values.OrderBy(medium => medium.Name, StringComparer.Ordinal))
            yield return (false, "MediumGone", $"{gone.Name} was taken out.");
    }

    /// <summary>What is different in <paramref name="after"/>; <paramref name="before"/> is null when nothing had been heard.</summary>
    public static IEnumerable<(bool Warning, string Reason, string Message)> Between(SiteSummary? before, SiteSummary after)
    {
        ArgumentNullException.ThrowIfNull(after);
        if (before is not null && before.Supervisor != after.Supervisor)
            yield return (false, "SupervisorMoved", $"The supervisor has moved from {before.Supervisor} to {after.Supervisor}.");
        if (!after.Acting || (before is not null && before.Phase == after.Phase && before.Reason == after.Reason))
            yield break;
        var trouble = after.Phase is Phase.Refused or Phase.Failed;
        yield return (trouble, after.Reason.Length > 0 ? after.Reason : "PhaseChanged", PhaseOf(after));
    }

    /// <summary>The sentence for the phase that <paramref name="site"/> is in.</summary>
    public static string PhaseOf(SiteSummary site)
    {
        ArgumentNullException.ThrowIfNull(site);
        var version = site.BundleVersion.Length > 0 ? $" {site.BundleVersion}" : "";
        return $"Phase {site.Phase}{version}. {site.Message}".TrimEnd();
    }
}
