using System.Collections.Immutable;
using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Cluster;

/// <summary>
/// Who reads the medium and who draws from whom: a chain in which each node sends once. At its head stands the node with the medium;
/// without one, whoever came next, so that the others can level up with it while a medium is waited for. The rest keep their places;
/// new ones join at the end, those that have most first.
/// </summary>
public static class ChainPlanner
{
    /// <summary>
    /// The plan of each node in <paramref name="reports"/>, all under one epoch. <paramref name="previous"/> is kept where it still holds, so
    /// that a node's coming or going does not move the others about.
    /// </summary>
    public static ImmutableSortedDictionary<string, CarryPlan> Plan(
        long epoch,
        BundleFacts bundle,
        IReadOnlyCollection<NodeReport> reports,
        IReadOnlyDictionary<string, CarryPlan> previous)
    {
        var places = PlacesOf(previous);
        var order = reports
            .OrderByDescending(report => MediumOf(report, bundle) is not null && WasSource(report, previous))
            .ThenByDescending(report => MediumOf(report, bundle) is not null)
            .ThenBy(report => places.GetValueOrDefault(report.Node, int.MaxValue))
            .ThenByDescending(report => Held(report, bundle))
            .ThenBy(report => report.Node, StringComparer.Ordinal);

        var plans = ImmutableSortedDictionary.CreateBuilder<string, CarryPlan>(StringComparer.Ordinal);
        Peer? predecessor = null;
        foreach (var report in order)
        {
            var medium = predecessor is null ? MediumOf(report, bundle) : null;
            plans[report.Node] = new CarryPlan(epoch, bundle, medium?.Id ?? "", medium is null ? predecessor : null);
            predecessor = report.Self;
        }

        return plans.ToImmutable();
    }

    /// <summary>The medium in that node from which the bundle can be read; null when there is none.</summary>
    public static MediumReport? MediumOf(NodeReport report, BundleFacts bundle) =>
        report.Media.FirstOrDefault(medium => medium.Usable && medium.Bundle!.Commitment == bundle.Commitment);

    private static bool WasSource(NodeReport report, IReadOnlyDictionary<string, CarryPlan> previous) =>
        previous.TryGetValue(report.Node, out var plan) && plan.MediumId.Length > 0;

    // Each node's place in the chain that is being followed, found by walking it from the one that draws from nobody.
    private static Dictionary<string, int> PlacesOf(IReadOnlyDictionary<string, CarryPlan> plans)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var next = plans.Where(p => p.Value.From is not null).ToLookup(p => p.Value.From!.Node, p => p.Key, StringComparer.Ordinal);
        var front = new Queue<string>(plans.Where(p => p.Value.From is null).Select(p => p.Key));
        while (front.TryDequeue(out var node))
        {
            if (!places.TryAdd(node, places.Count))
                continue;
            foreach (var successor in next[node])
                front.Enqueue(successor);
        }

        return places;
    }

    private static long Held(NodeReport report, BundleFacts bundle) => report.Commitment == bundle.Commitment ? report.BytesHeld : 0;
}
