using System.Collections.Immutable;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Protocol;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Node;

/// <summary>The part of <see cref="NodeMachine"/> for the nodes that this one draws from: they do not answer, or send what is not right.</summary>
internal static class HolderTrouble
{
    /// <summary>After this many failed draws in a row, more than run at a time by default, the plan's other holder is drawn from.</summary>
    private const int MostFailedDraws = 4;

    /// <summary>A holder that is gone is missed here seconds before the supervisor misses it. It stays the other one, should this one go as well.</summary>
    public static (NodeState State, ImmutableList<NodeEffect> Effects) OnTroubled(NodeState state, NodeWork work, NodeEvent.DrawTroubled e)
    {
        work = work.Troubled(Matter.Drawing, e.Reason, e.Message);
        if (e.Reason != Reasons.ReadFailed)
            return Done(state with { Work = work });
        work = work with { FailedDraws = work.FailedDraws + 1 };
        if (work.FailedDraws < MostFailedDraws || work.Plan is not { From: { } from, Other: { } other } plan)
            return Done(state with { Work = work });
        work = work with { FailedDraws = 0, Plan = plan with { From = other, Other = from } };
        return (state with { Work = work }, [new NodeEffect.DrawFrom(other, plan.Epoch, plan.Bundle, plan.BytesPerSecond), new NodeEffect.Report()]);
    }

    /// <summary>What a holder sends wrong is drawn from the plan's other one; and everything is, at once, when it happens again and again.</summary>
    public static (NodeState State, ImmutableList<NodeEffect> Effects) OnWrong(NodeState state, NodeWork work, NodeEvent.HolderWrong e)
    {
        var holder = e.Holder.Node;
        var before = state.Complaints.TryGetValue(holder, out var known) && known.Incarnation == e.Holder.Incarnation ? known.Times : 0;
        var complaint = new HolderComplaint(holder, e.Holder.Incarnation, before + 1, e.Reason, e.Message);
        work = work.Troubled(Matter.Drawing, e.Reason, e.Message);
        state = state with { Complaints = state.Complaints.SetItem(holder, complaint), Work = work };
        if (work.Plan is not { From: { } from, Other: { } other } plan || from.Node != holder)
            return Done(state);
        return complaint.Times < Trust.MostWrong
            ? (state, [new NodeEffect.DrawElsewhere(e.Index, other), new NodeEffect.Report()])
            : (state with { Work = work with { Plan = plan with { From = other, Other = null } } }, [new NodeEffect.DrawFrom(other, plan.Epoch, plan.Bundle, plan.BytesPerSecond), new NodeEffect.Report()]);
    }

    private static (NodeState, ImmutableList<NodeEffect>) Done(NodeState state) => (state, [new NodeEffect.Report()]);
}
