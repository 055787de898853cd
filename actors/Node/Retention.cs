using System.Collections.Immutable;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Protocol.Journal;

namespace Handcarry.Actors.Node;

/// <summary>
/// The part of <see cref="NodeMachine"/> that decides how long blobs stay. Those of the release that runs always do: a late node draws them, its sealed store is one of them, and the runtime asks for its images.
/// When an upgrade is finished, those of older releases go but for as many as the setting says, and of bundles that were given up. When there is too little room for the bundle that is carried,
/// all but those of the running release go. Of the running one, the layers go when the supervisor says that nobody comes late any more; what the runtime and a sealed store need stays.
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
        if (state.Work is not { Published: true } work || work.Bundle.Commitment != finish.Commitment)
            return (state, []);
        if (work.Finished)
            return finish.LetGo && !work.LetGo ? LetGo(state, work) : (state, []);
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

    /// <summary>What goes besides a layer store that the cluster runs, if it was in use before: the sealed store of an earlier bundle, on which a container stood.</summary>
    public static ImmutableList<NodeEffect> WhenLooked(NodeState state, NodeWork work) =>
        work.Finished && WhenRun(state) is { IsEmpty: false } free ? [new NodeEffect.RetireStores(work.Generation, true), .. free] : [];

    /// <summary>What goes when there is too little room for the bundle that is carried.</summary>
    public static ImmutableList<NodeEffect> WhenShort(NodeState state) => Free(Spare(state));

    /// <summary>What would go if there were too little room.</summary>
    public static ImmutableList<PastBundle> Spare(NodeState state)
    {
        var running = state.Work is { Finished: true } ? null : state.Past.FindLast(static bundle => bundle.Ran);
        return state.Past.RemoveAll(bundle => bundle == running);
    }

    /// <summary>What was begun before the agent was started anew, and may not have come to its end.</summary>
    public static ImmutableList<NodeEffect> Again(NodeWork work) => work.LetGo ? [new NodeEffect.FreeLayers(work.Bundle.Commitment)] : [];

    /// <summary>These layers are gone.</summary>
    public static (NodeState State, ImmutableList<NodeEffect> Effects) OnLayersFreed(NodeState state, NodeWork work, NodeEvent.LayersFreed e)
    {
        if (work.Inventory is not { } inventory)
            return (state, []);
        var held = work.Held.Except(e.Indexes);
        work = work with { Held = held, BytesHeld = held.Sum(index => inventory.Blobs[index].Size) };
        return (state with { Work = work }, [.. e.Indexes.Select(static index => new NodeEffect.DropBlob(index)), new NodeEffect.Report()]);
    }

    // In the journal first: a node that lacks layers must know after a power cut that it is to lack them. The plan goes with them: by the same one, the same medium is to be read once more.
    private static (NodeState State, ImmutableList<NodeEffect> Effects) LetGo(NodeState state, NodeWork work) => (
        state with { Work = work with { LetGo = true, Plan = null } },
        [new NodeEffect.Journal(new BlobsFreed(work.Bundle.Commitment)), new NodeEffect.StopCarrying(), .. Again(work with { LetGo = true }), new NodeEffect.Report()]);

    /// <summary>It is gone, unless the node has turned to it meanwhile.</summary>
    public static (NodeState State, ImmutableList<NodeEffect> Effects) OnFreed(NodeState state, NodeEvent.Freed e) =>
        state.Past.Exists(bundle => bundle.Bundle.Commitment == e.Commitment)
            ? (Forget(state, new BlobsFreed(e.Commitment)), [new NodeEffect.Journal(new BlobsFreed(e.Commitment)), new NodeEffect.Report()])
            : (state, []);

    /// <summary>The state after the blobs of an earlier bundle have gone, or the layers of the one that the cluster runs.</summary>
    public static NodeState Forget(NodeState state, BlobsFreed freed) => state with
    {
        Past = state.Past.RemoveAll(bundle => bundle.Bundle.Commitment == freed.Commitment),
        Work = state.Work is { Finished: true } work && work.Bundle.Commitment == freed.Commitment ? work with { LetGo = true } : state.Work,
    };

    private static ImmutableList<NodeEffect> Free(ImmutableList<PastBundle> going) =>
        going.IsEmpty ? [] : [new NodeEffect.FreeBlobs([.. going.Select(static bundle => bundle.Bundle.Commitment)])];
}
