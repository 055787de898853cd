using System.Collections.Immutable;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Node;

/// <summary>
/// The part of <see cref="NodeMachine"/> for blobs that were here when the agent started. They were right when they came in; since then the power may have failed, and the disk may have changed them. Each is read
/// again; one that is not right any longer is drawn again, or read from a medium, and images that were made of it are the runtime's meanwhile.
/// </summary>
internal static class Rechecking
{
    /// <summary>Has them read, when that is due.</summary>
    public static (NodeWork Work, ImmutableList<NodeEffect> Effects) Begin(NodeWork work) => work.Check == CheckState.Due
        ? (work with { Check = CheckState.Running }, [new NodeEffect.CheckBlobs(work.Held)])
        : (work, []);

    /// <summary>All have been read.</summary>
    public static (NodeState State, ImmutableList<NodeEffect> Effects) OnChecked(NodeState state, NodeWork work) =>
        (state with { Work = work with { Check = CheckState.Done } }, [new NodeEffect.Report()]);

    /// <summary>One is not right.</summary>
    public static (NodeState State, ImmutableList<NodeEffect> Effects) OnDamaged(NodeState state, NodeWork work, NodeEvent.BlobDamaged e)
    {
        if (work.Inventory is not { } inventory || !work.Held.Contains(e.Index))
            return (state, []);
        work = work with { Held = work.Held.Remove(e.Index), BytesHeld = work.BytesHeld - inventory.Blobs[e.Index].Size };
        work = work.Troubled(Matter.Drawing, Reasons.DigestMismatch, $"{e.Message} It is drawn again, or read from a medium with OpenShift {work.Bundle.Version}.");
        ImmutableList<NodeEffect> effects = [new NodeEffect.DropBlob(e.Index)];
        if (NodeMachine.SourceOf(work.Plan) is { } source)
            effects = effects.Add(source);
        return (state with { Work = work }, effects.Add(new NodeEffect.Report()));
    }
}
