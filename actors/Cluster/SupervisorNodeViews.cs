using Handcarry.Actors.Node;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Cluster;

/// <summary>What the status says of each node.</summary>
internal static class SupervisorNodeViews
{
    public static IReadOnlyList<NodeView> Of(SupervisorRound round) =>
    [
        .. round.State.Nodes!.Keys.Select(name => round.State.Reports.TryGetValue(name, out var r)
            ? WithWhyItIsAside(round, new NodeView(name, r.Stage, r.BytesHeld, r.ImagesLoaded, r.Extracted, r.Stage is Stage.Ready or Stage.Upgraded, r.Reason, r.Message))
            : round.Status.Nodes.FirstOrDefault(n => n.Name == name) is { } known
                ? known with { Reason = "AgentSilent", Message = $"Nothing is heard of the agent on {name}. If the node is running, look at its handcarry-agent service." }
                : new NodeView(name, Stage.Waiting, 0, 0, false, false, "AgentSilent", $"Nothing has been heard of an agent on {name} yet.")),
    ];

    private static NodeView WithWhyItIsAside(SupervisorRound round, NodeView view) => view switch
    {
        { Reason.Length: > 0 } => view,
        _ when ReferenceEquals(round.State.Trust, Trust.Full) && ReferenceEquals(round.State.Links, LinkBook.Empty) => view,
        _ when round.State.Trust.Against(view.Name) is { } why => view with { Reason = Reasons.HolderLeftOut, Message = why },
        { Extracted: true } => view,
        _ when round.State.Links.IsSlowSender(view.Name) => view with { Reason = Reasons.SlowLink, Message = $"Others draw slowly from {view.Name}; it forwards to nobody. Check its network and its disk." },
        _ when round.State.Links.IsSlow(view.Name) is { } speed => view with { Reason = Reasons.SlowLink, Message = $"{view.Name} draws only {speed / 1000} kB/s; it stands at the end of the chain. Check its network and its disk." },
        _ => view,
    };
}
