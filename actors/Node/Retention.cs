using System.Collections.Immutable;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Protocol.Journal;

namespace Handcarry.Actors.Node;

/// <summary>
/// The part of <see cref="NodeMachine"/> that decides how long blobs stay. Those of the release that runs always do: a late node draws them, its sealed store is one of them, and the runtime asks for its images.
/// When an upgrade is finished, those of older releases go but for as many as the setting says, and of bundles that were given up. When there is too little room for the bundle that is carried,
/// all but those of the running release go.
/// </summary>
internal static class Retention
{
    /// <summary>The state of a node that turns to another bundle, or to none when <paramref name="next"/> is empty.</summary>
    public static NodeState Leave(NodeState state, string next)
    {
        var past = state.Past.RemoveAll(bundle => bundle.Bundle.Commitment == next);
        if (state.Work is { } work && work.Bundle.Commitment != next)
            past = past.RemoveAll(bundle => bundle.Bundle.Commitment == work.Bundle.Commitment).Add(new PastBundle(work.Bundle, work.Finished));
        return state with { Past = past };
    }

    /// <summary>The cluster runs the bundle's version.</summary>
    public static (NodeState State, ImmutableList<NodeEffect> Effects) OnFinished(NodeState state, FinishWork finish)
    {
        if (state.Work is not { Published: true, Finished: false } work || work.Bundle.Commitment != finish.Commitment)
            return (state, []);
        return (
            state with { Work = work with { Finished = true } },
            [
                new NodeEffect.Journal(new UpgradeFinished(finish.Commitment, finish.Version)),
                new NodeEffect.KeepPins(work.Generation),
                new NodeEffect.RetireStores(work.Generation, true),
                .. WhenRun(state),
                new NodeEffect.Report(),
            ]);
    }

    /// <summary>What goes when the cluster runs the node's bundle, and when stores that had it in use have gone since.</summary>
    public static ImmutableList<NodeEffect> WhenRun(NodeState state) =>
        [.. Free([.. state.Past.Except(state.Past.Where(static bundle => bundle.Ran).TakeLast(state.KeepBundles - 1))])];

    /// <summary>What goes when there is too little room for the bundle that is carried.</summary>
    public static ImmutableList<NodeEffect> WhenShort(NodeState state) => Free(Spare(state));

    /// <summary>What would go if there were too little room.</summary>
    public static ImmutableList<PastBundle> Spare(NodeState state)
    {
        var running = state.Work is { Finished: true } ? null : state.Past.FindLast(static bundle => bundle.Ran);
        return state.Past.RemoveAll(bundle => bundle == running);
    }

    /// <summary>It is gone, unless the node has turned to it meanwhile.</summary>
    public static (NodeState State, ImmutableList<NodeEffect> Effects) OnFreed(NodeState state, NodeEvent.Freed e) =>
        state.Past.Exists(bundle => bundle.Bundle.Commitment == e.Commitment)
            ? (Forget(state, e.Commitment), [new NodeEffect.Journal(new BlobsFreed(e.Commitment)), new NodeEffect.Report()])
            : (state, []);

    public static NodeState Forget(NodeState state, string commitment) => state with { Past = state.Past.RemoveAll(bundle => bundle.Bundle.Commitment == commitment) };

    private static ImmutableList<NodeEffect> Free(ImmutableList<PastBundle> going) =>
        going.IsEmpty ? [] : [new NodeEffect.FreeBlobs([.. going.Select(static bundle => bundle.Bundle.Commitment)])];
}
