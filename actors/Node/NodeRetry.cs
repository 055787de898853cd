using System.Collections.Immutable;
using Handcarry.Actors.Protocol.Journal;

namespace Handcarry.Actors.Node;

/// <summary>
/// The part of <see cref="NodeMachine"/> for when somebody has put something right and does not want to wait: what has gone wrong is forgotten, tries that were used up are
/// given again, and what stood still is asked for anew. What goes well is left alone: a medium that is being read is not begun again.
/// </summary>
internal static class NodeRetry
{
    public static (NodeState State, ImmutableList<NodeEffect> Effects) On(NodeState state)
    {
        // A medium with a bundle that could not be read may be chosen again. What holds no bundle still holds none.
        var media = state.Media.ToImmutableSortedDictionary(
            medium => medium.Key, medium => medium.Value.Bundle is null ? medium.Value : medium.Value with { Reason = "", Message = "" }, StringComparer.Ordinal);
        state = state with { Media = media, Complaints = state.Complaints.Clear() };
        if (state.Work is not { } work)
            return (state, [new NodeEffect.Report()]);

        var matter = work.Matter;
        work = work with { Forgiven = work.Rebuilds, FailedDraws = 0, Tainted = false, Resting = false };
        if (matter != Matter.Space)
            work = work.Cleared(matter);
        if (matter == Matter.Loading)
            work = work with { Publishing = false, Sealed = work.Published ? work.Sealed : new SealedWork() };

        ImmutableList<NodeEffect> effects = work switch
        {
            { Published: true, IsSealed: true } => [new NodeEffect.LookAtStore(work.Generation)],
            { Published: true, Publishing: false } => [new NodeEffect.Journal(new PublishIntended(work.Generation)), new NodeEffect.Publish(work.Generation)],
            { Extracted: false } when matter != Matter.None && NodeMachine.SourceOf(work.Plan) is { } source => [source],
            _ => [],
        };
        if (work is { Published: true, IsSealed: false })
            work = work with { Publishing = true };
        return NodeMachine.Load(state, work, effects.Add(new NodeEffect.Report()));
    }
}
