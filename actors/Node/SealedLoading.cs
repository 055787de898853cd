using System.Collections.Immutable;
using Handcarry.Actors.Protocol.Journal;

namespace Handcarry.Actors.Node;

/// <summary>
/// The part of <see cref="NodeMachine"/> that loads a sealed store, once all blobs are here:
/// <code><![CDATA[
///   mount --> prove --> publish --> every image seen: Ready        (publish after the proof)
///   mount --> publish --> prove --> look again: Ready              (publish after the mount)
///     ^         |
///     +---------+--- a failure, after a pause; a damaged blob, after it was drawn again
/// ]]></code>
/// A store that is not what the bundle says ends it: another try would find the same.
/// </summary>
internal static class SealedLoading
{
    /// <summary>Asks for the next step, when one is due.</summary>
    public static (NodeState State, ImmutableList<NodeEffect> Effects) Next(NodeState state, NodeWork work, ImmutableList<NodeEffect> effects)
    {
        if (work is { Published: false, Tainted: false, Resting: false, Extracted: true, Sealed: { Asked: false, Wrong: false } at })
        {
            work = work with { Sealed = at with { Asked = true } };
            effects = !at.Mounted ? effects.Add(new NodeEffect.MountStore(work.Generation))
                : !at.Proved && (at.Shown || !state.PublishUnproved) ? effects.Add(new NodeEffect.ProveStore(work.Generation))
                : effects.Add(new NodeEffect.Journal(new PublishIntended(work.Generation))).Add(new NodeEffect.PublishStore(work.Generation, at.Proved));
        }

        return (state with { Work = work }, effects);
    }

    public static (NodeState State, ImmutableList<NodeEffect> Effects) OnMounted(NodeState state, NodeWork work) =>
        work.Published ? (state, []) : Next(state, work with { Sealed = work.Sealed with { Asked = false, Mounted = true } }, []);

    public static (NodeState State, ImmutableList<NodeEffect> Effects) OnProved(NodeState state, NodeWork work) =>
        work.Published ? (state, []) : Next(state, work with { Sealed = work.Sealed with { Asked = false, Proved = true } }, [new NodeEffect.Report()]);

    /// <summary>The runtime sees these images, after it was told to or because somebody looked.</summary>
    public static (NodeState State, ImmutableList<NodeEffect> Effects) OnSeen(NodeState state, NodeWork work, IReadOnlySet<string> images, PinState? pins)
    {
        var missing = work.Inventory!.Images.Where(image => !images.Contains(image.Name)).Select(image => image.Name).ToList();
        if (missing.Count > 0)
        {
            var sentence = $"{missing.Count} of {work.Inventory.Images.Count} images are not in the published store, among them {missing[0]}; it is mounted again.";
            return OnFailed(state, work, "StoreIncomplete", sentence);
        }

        if (work.Published)
        {
            // A node may have begun to run what the cluster runs since the last look.
            ImmutableList<NodeEffect> retire = work.Finished ? [new NodeEffect.RetireStores(work.Generation, true), .. Retention.WhenRun(state)] : [];
            return (state with { Work = work with { Pins = pins } }, pins == work.Pins ? retire : retire.Add(new NodeEffect.Report()));
        }
        if (!work.Sealed.Proved)
            return Next(state, work with { Sealed = work.Sealed with { Asked = false, Shown = true } }, []);
        return NodeMachine.Seen(state, work with { Sealed = work.Sealed with { Asked = false, Shown = true } }, pins, new NodeEffect.RetireStores(work.Generation, work.Finished));
    }

    /// <summary>A step did not work, for a reason that may pass: everything is looked at anew after a pause.</summary>
    public static (NodeState State, ImmutableList<NodeEffect> Effects) OnFailed(NodeState state, NodeWork work, string reason, string message)
    {
        work = (work with { Sealed = new SealedWork(), Published = false, Resting = true }).Troubled(Matter.Loading, reason, message);
        return (state with { Work = work }, [new NodeEffect.RetryLater(), new NodeEffect.Report()]);
    }

    /// <summary>The store is not what it should be; the runtime does not see it.</summary>
    public static (NodeState State, ImmutableList<NodeEffect> Effects) OnWrong(NodeState state, NodeWork work, StoreFault fault)
    {
        work = work with { Sealed = new SealedWork { Wrong = true }, Published = false, Finished = false, LetGo = false };
        if (!fault.Damaged)
            return (state with { Work = work.Troubled(Matter.Loading, fault.Reason, fault.Message) }, [new NodeEffect.Report()]);
        var store = work.Inventory!.SealedStore!.Value;
        if (work.Held.Contains(store))
            work = work with { Held = work.Held.Remove(store), BytesHeld = work.BytesHeld - work.Inventory.Blobs[store].Size };
        if (work.Rebuilds - work.Forgiven >= NodeMachine.MostRebuilds)
            return (state with { Work = work.Troubled(Matter.Loading, fault.Reason, $"{fault.Message} Drawing it again did not help: check the disk of this node.") }, [new NodeEffect.Report()]);

        work = (work with
        {
            Sealed = new SealedWork(),
            Rebuilds = work.Rebuilds + 1,
            Generation = Generations.Next(work),
        }).Troubled(Matter.Loading, fault.Reason, $"{fault.Message} It is drawn again.");
        ImmutableList<NodeEffect> effects = [new NodeEffect.Journal(new WorkBegun(work.Bundle, work.Generation)), new NodeEffect.DropBlob(store), new NodeEffect.ForgetRebuildsLater()];
        if (NodeMachine.SourceOf(work.Plan) is { } source)
            effects = effects.Add(source);
        return (state with { Work = work }, effects.Add(new NodeEffect.Report()));
    }
}
