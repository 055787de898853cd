using Handcarry.Actors.Protocol;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Cluster;

/// <summary>
/// Before step 2 of <see cref="SupervisorMachine"/>: the administrator may have pinned the digest of a bundle's file, which nobody knows before the
/// whole file has been read. That is asked for only where no bundle is the pinned one by its commitment.
/// </summary>
internal static class SupervisorDigests
{
    /// <summary>The media whose file's digest has to be known first; their nodes are asked to take it. Empty when the bundles can be judged.</summary>
    public static IReadOnlyList<(string Node, MediumReport Medium)> Missing(SupervisorRound round, IReadOnlyList<(string Node, MediumReport Medium)> candidates)
    {
        var spec = round.State.Spec!;
        if (!Digest.TryParse(spec.BundleDigest, out _) || candidates.Any(c => c.Medium.Bundle!.IsPinnedBy(spec.BundleDigest)))
            return [];
        var missing = candidates.Where(c => c.Medium.Bundle!.FileDigest.Length == 0).ToList();
        foreach (var (node, medium) in missing)
        {
            // Asked again as time passes: an agent may have been restarted, or not have heard of it. One that is at it already does not mind.
            if (round.State.DigestsAsked.Contains((node, medium.Id)) && !round.IsTick)
                continue;
            round.State = round.State with { DigestsAsked = round.State.DigestsAsked.Add((node, medium.Id)) };
            round.Order(new SupervisorEffect.SendTakeDigest(node, new TakeDigest(medium.Id)));
        }

        return missing;
    }
}
