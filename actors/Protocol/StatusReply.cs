using System.Text.Json.Serialization;
using Handcarry.Actors.Cluster;

namespace Handcarry.Actors.Protocol;

/// <summary>The state of the whole upgrade, as its supervisor sees it.</summary>
/// <param name="Supervisor">Node whose agent hosts the supervisor.</param>
/// <param name="Acting">Whether it holds the lease and may decide; false while it waits for the API or for another's lease to end.</param>
/// <param name="ClusterVersion">Version the cluster runs; empty while unknown.</param>
/// <param name="Status">The status.</param>
/// <param name="Reports">The newest report of each node, by name.</param>
public sealed record StatusReply(
    string Supervisor,
    bool Acting,
    string ClusterVersion,
    UpgradeStatus Status,
    IReadOnlyList<NodeReport> Reports) : IWireMessage
{
    /// <summary>The same in a few words and numbers; null from an agent of an earlier version.</summary>
    public SiteSummary? Summary { get; init; }

    /// <summary>Who draws from whom. Nodes that read a medium, or wait, are not in it.</summary>
    public IReadOnlyList<NodeDraw> Drawing { get; init => field = value ?? []; } = [];

    /// <summary>The same, from node to holder.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> Draws => field ??= Drawing.DistinctBy(draw => draw.Node).ToDictionary(draw => draw.Node, draw => draw.Holder, StringComparer.Ordinal);
}
