using Handcarry.Actors.Node;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Protocol;

/// <summary>Whether a node's own registry has answered its agent, which asks as the node's container tools would.</summary>
public sealed record ServingReport
{
    /// <summary>The bundle for whose images it was asked; empty as long as it has not been.</summary>
    public string Commitment { get; init => field = value ?? ""; } = "";

    /// <summary>What was wrong, in a sentence for people; empty when it gave the manifest of every image.</summary>
    public string Fault { get; init => field = value ?? ""; } = "";

    internal Remark? Remark => Fault.Length > 0 ? new Remark(Reasons.MirrorUnreachable, Fault) : null;
}
