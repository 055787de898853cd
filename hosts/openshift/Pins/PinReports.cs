using Handcarry.Actors.Cluster;

namespace Handcarry.Hosts.OpenShift.Pins;

/// <summary>What all the daemons' reports mean together.</summary>
internal static class PinReports
{
    /// <summary>A failure of one node is told before the waiting for another.</summary>
    public static PinnedSets Judge(
        string commitment, IReadOnlyDictionary<string, long> generations, IReadOnlyList<string> nodes, IReadOnlyDictionary<string, MachineReport> machines)
    {
        var late = new List<string>();
        foreach (var node in nodes)
        {
            var machine = machines.GetValueOrDefault(node);
            if (machine is not null && generations.All(set => machine.Sets.GetValueOrDefault(set.Key).Current >= set.Value))
                continue;
            if (machine is not null && WhyFailed(machine, generations) is { } why)
                return new PinnedSets(commitment, PinnedSets.Failed, $"Node {node} cannot pin the images: {Sentence(why)} Its daemon tries again by itself; see MachineConfigNode {node} and the log of its machine-config-daemon.");
            late.Add(node);
        }

        return late.Count == 0
            ? new PinnedSets(commitment)
            : new PinnedSets(commitment, PinnedSets.Waiting, $"The machine config daemon of {Names(late)} has not yet reported the release's images as pinned.");
    }

    // The condition speaks of all sets of the node; the error of a set of ours says more.
    private static string? WhyFailed(MachineReport machine, IReadOnlyDictionary<string, long> generations) =>
        generations.Select(set => machine.Sets.GetValueOrDefault(set.Key) is var report && report.Failed >= set.Value ? report.Error : null).FirstOrDefault(error => !string.IsNullOrEmpty(error))
        ?? machine.Degraded;

    private static string Sentence(string said) => said.EndsWith('.') || said.Length == 0 ? said : said + ".";

    private static string Names(List<string> nodes) => nodes.Count <= 3 ? string.Join(", ", nodes) : $"{string.Join(", ", nodes.Take(3))} and {nodes.Count - 3} more";
}
