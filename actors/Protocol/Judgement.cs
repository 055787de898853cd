using Handcarry.Actors.Cluster;

namespace Handcarry.Actors.Protocol;

/// <summary>How bundles would be judged now.</summary>
/// <param name="Supervisor">Node whose agent hosts the supervisor.</param>
/// <param name="Acting">Whether it holds the lease; it judges all the same when not.</param>
/// <param name="ClusterVersion">Version the cluster runs; empty while unknown.</param>
/// <param name="Phase">Where the upgrade stands.</param>
/// <param name="Unknown">One sentence on what is not known yet, without which nothing can be judged; else empty.</param>
/// <param name="Bundles">The bundles; none while something is not known, or when there is no medium with one.</param>
public sealed record Judgement(
    string Supervisor,
    bool Acting,
    string ClusterVersion,
    Phase Phase,
    string Unknown,
    IReadOnlyList<JudgedBundle> Bundles) : IWireMessage
{
    /// <summary>How many findings there are that a message had no room for.</summary>
    public int Omitted { get; init; }
}
