using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Cluster;

/// <summary>The nodes as the status shows them: what they say themselves, and what the supervisor knows better.</summary>
internal static class NodeViews
{
    /// <summary>All nodes of the cluster, by name. Of one that has fallen silent stays what was known last.</summary>
    public static List<NodeView> Of(SupervisorState state) =>
    [
        .. state.Nodes!.Keys.Select(name => state.Reports.TryGetValue(name, out var report)
            ? WithWhyItIsAside(state, ViewOf(report))
            : state.Status.Nodes.FirstOrDefault(node => node.Name == name) is { } known
                ? known with { Reason = "AgentSilent", Message = $"Nothing is heard of the agent on {name}. If the node is running, look at its handcarry-agent service." }
                : new NodeView(name, Stage.Waiting, 0, 0, false, false, "AgentSilent", $"Nothing has been heard of an agent on {name} yet.")),
    ];

    private static NodeView ViewOf(NodeReport report) =>
        new(report.Node, report.Stage, report.BytesHeld, report.ImagesLoaded, report.Extracted, report.Stage is Stage.Ready or Stage.Upgraded, report.Reason, report.Message);

    private static NodeView WithWhyItIsAside(SupervisorState state, NodeView view) => view switch
    {
        { Reason: not ("" or Reasons.Yielding) } => view,
        _ when ReferenceEquals(state.Trust, Trust.Full) && ReferenceEquals(state.Links, LinkBook.Empty) => view,
        _ when state.Trust.Against(view.Name) is { } why => view with { Reason = Reasons.HolderLeftOut, Message = why },
        { Extracted: true } or { Reason.Length: > 0 } => view,
        _ when state.Links.IsSlowSender(view.Name) => view with { Reason = Reasons.SlowLink, Message = $"Others draw slowly from {view.Name}; it forwards to nobody. Check its network and its disk." },
        _ when state.Links.IsSlow(view.Name) is { } speed => view with { Reason = Reasons.SlowLink, Message = $"{view.Name} draws only {speed / 1000} kB/s; it stands at the end of the chain. Check its network and its disk." },
        _ => view,
    };
}
