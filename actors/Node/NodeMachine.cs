using System.Collections.Immutable;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Protocol.Journal;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Node;

/// <summary>
/// The decisions of one node, without clock, I/O or actors: <see cref="Step"/> turns an event into a new state and what is to be done;
/// <see cref="Replay"/> rebuilds the state from the journal.
/// <code><![CDATA[
///   Waiting --plan--> Receiving --last blob--> Loading --published and seen--> Ready --finish--> Upgraded
///      ^                  |  (each image is imported as soon as its blobs are complete)
///      +------stop--------+
/// ]]></code>
/// A bundle with a sealed store is loaded as <see cref="SealedLoading"/> says.
/// </summary>
public static class NodeMachine
{
    /// <summary>A store found incomplete or damaged this often, without a day of rest in between, is not built or drawn again by itself.</summary>
    internal const int MostRebuilds = 3;

    /// <summary>What <paramref name="happened"/> changes, and what is to be done about it, in order.</summary>
    public static (NodeState State, ImmutableList<NodeEffect> Effects) Step(NodeState state, NodeEvent happened)
    {
        var wasShort = state.Work is { Short: true };
        (state, var effects) = On(state, happened);
        if (state.Work is { Short: true, Extracted: true } whole)
            state = state with { Work = (whole with { Short = false }).Cleared(Matter.Space) };

        if (!wasShort && state.Work is { Short: true })
            effects = effects.AddRange(Retention.WhenShort(state));

        // Whatever else happens, nothing more comes in while there is no room for it.
        return (state, state.Work is { Short: true } ? effects.RemoveAll(effect => effect is NodeEffect.ReadMedium or NodeEffect.DrawFrom or NodeEffect.DrawElsewhere) : effects);
    }

    private static (NodeState, ImmutableList<NodeEffect>) On(NodeState state, NodeEvent happened) => happened switch
    {
        NodeEvent.Recovered => OnRecovered(state),
        NodeEvent.MediumFound e => Done(state with { Media = state.Media.SetItem(e.Medium.Id, e.Medium) }),
        NodeEvent.MediumGone e => OnMediumGone(state, e),
        NodeEvent.Planned e => OnPlanned(state, e.Plan),
        NodeEvent.Stopped e => OnStopped(state, e.Stop),
        NodeEvent.Finished e => Retention.OnFinished(state, e.Finish),
        NodeEvent.InventoryKnown e => OnWork(state, e.Commitment, work => OnInventory(state, work, e)),
        NodeEvent.SpaceSeen e => OnWork(state, e.Commitment, work => OnSpaceSeen(state, work, e)),
        NodeEvent.BlobStored e => OnWork(state, e.Commitment, work => OnBlobStored(state, work, e.Index)),
        NodeEvent.BlobDamaged e => OnWork(state, e.Commitment, work => Rechecking.OnDamaged(state, work, e)),
        NodeEvent.BlobsChecked e => OnWork(state, e.Commitment, work => Rechecking.OnChecked(state, work)),
        NodeEvent.BlobRejected e => OnWork(state, e.Commitment, work => OnMediumBad(state, work, e.MediumId, e.Reason, e.Message)),
        NodeEvent.MediumFailed e => OnWork(state, e.Commitment, work => OnMediumBad(state, work, e.MediumId, e.Reason, e.Message)),
        NodeEvent.MediumRead e => OnWork(state, e.Commitment, work => Done(state)),
        NodeEvent.DrawTroubled e => OnWork(state, e.Commitment, work => HolderTrouble.OnTroubled(state, work, e)),
        NodeEvent.HolderWrong e => OnWork(state, e.Commitment, work => HolderTrouble.OnWrong(state, work, e)),
        // Whoever follows an older plan than this node has heard it from a supervisor that decides no more, and will be told the new one.
        NodeEvent.Wanted e => (state, e.Want.Epoch < state.Epoch ? [] : [new NodeEffect.OfferTo(e.Want)]),
        NodeEvent.Imported e => OnGeneration(state, e.Generation, work => OnImported(state, work, e.Image)),
        NodeEvent.LoadFailed e => OnGeneration(state, e.Generation, work => OnLoadFailed(state, work, e)),
        NodeEvent.Published e => OnGeneration(state, e.Generation, work => OnPublished(state, work, e.Images, e.Pins)),
        NodeEvent.LookFailed e => OnGeneration(state, e.Generation, work => OnLookFailed(state, work, e)),
        // Publishing what is published changes nothing, and ends with a look.
        NodeEvent.RuntimeRestarted when state.Work is { Published: true, IsSealed: true } work => (state, [new NodeEffect.LookAtStore(work.Generation)]),
        NodeEvent.RuntimeRestarted when state.Work is { Published: true, Publishing: false } work =>
            (state with { Work = work with { Publishing = true } }, [new NodeEffect.Publish(work.Generation)]),
        NodeEvent.StoreMounted e => OnGeneration(state, e.Generation, work => SealedLoading.OnMounted(state, work)),
        NodeEvent.StoreProved e => OnGeneration(state, e.Generation, work => SealedLoading.OnProved(state, work)),
        NodeEvent.StoreWrong e => OnGeneration(state, e.Generation, work => work.IsSealed ? SealedLoading.OnWrong(state, work, e.Fault) : (state, [])),
        NodeEvent.LookDue => (state, state.Work is { Published: true } work ? work.IsSealed ? [new NodeEffect.LookAtStore(work.Generation)] : Retention.WhenLooked(state, work) : []),
        NodeEvent.Freed e => Retention.OnFreed(state, e),
        NodeEvent.LayersFreed e => OnWork(state, e.Commitment, work => Retention.OnLayersFreed(state, work, e)),
        NodeEvent.RebuildsPast when state.Work is { } work => (state with { Work = work with { Rebuilds = 0 } }, []),
        NodeEvent.RetryAsked => NodeRetry.On(state),
        NodeEvent.RetryDue when state.Work is { } work => Load(state, work with { Resting = false }, []),
        _ => (state, []),
    };

    /// <summary>The state after one more entry of the journal.</summary>
    public static NodeState Replay(NodeState state, IWireMessage entry) => entry switch
    {
        WorkBegun e => Retention.Leave(state, e.Bundle.Commitment) with { Leftovers = LeftoversOf(state).Remove(e.Generation), Work = new NodeWork { Bundle = e.Bundle, Generation = e.Generation, Rebuilds = Math.Min(Generations.NumberOf(e.Generation), MostRebuilds - 1) } },
        ImageImported e when state.Work is { } work && work.Generation == e.Generation => state with
        {
            Work = work with { Imported = work.Imported.Add(e.Image), ImportAsked = work.ImportAsked.Add(e.Image) },
        },
        StorePublished e when state.Work is { } work && work.Generation == e.Generation => state with { Work = work with { Published = true } },
        BlobsFreed e => Retention.Forget(state, e),
        WorkStopped e => Retention.Leave(state, "") with { Leftovers = LeftoversOf(state), Work = null, Epoch = Math.Max(state.Epoch, e.Epoch) },
        UpgradeFinished e when state.Work is { } work && work.Bundle.Commitment == e.Commitment => state with { Work = work with { Finished = true } },
        _ => state,
    };

    private static (NodeState, ImmutableList<NodeEffect>) OnRecovered(NodeState state)
    {
        ImmutableList<NodeEffect> effects = [.. state.Leftovers.Select(generation => new NodeEffect.Discard(generation))];
        state = state with { Leftovers = state.Leftovers.Clear() };
        // First, so that those of the newest bundle win.
        if (state.Past.FindLast(static bundle => bundle.Ran) is { } running)
            effects = effects.Add(new NodeEffect.Serve(running.Bundle));
        if (state.Work is not { } work)
            return (state, effects.Add(new NodeEffect.Report()));

        // What was published is believed only once the container tools have shown it again: publishing twice is harmless and ends with a look.
        if (work.Rebuilds > 0)
            effects = effects.Add(new NodeEffect.ForgetRebuildsLater());
        return (state with { Work = work with { Published = false, Sealed = new SealedWork(), Check = CheckState.Due } }, [.. effects, new NodeEffect.Recall(work.Bundle), new NodeEffect.Report()]);
    }

    private static ImmutableSortedSet<string> LeftoversOf(NodeState state) =>
        state.Work is { Published: false } work ? state.Leftovers.Add(work.Generation) : state.Leftovers;

    private static (NodeState, ImmutableList<NodeEffect>) OnPlanned(NodeState state, CarryPlan plan)
    {
        if (plan.Epoch < state.Epoch || (plan.Epoch == state.Epoch && state.Work?.Plan == plan))
            return (state, []);
        var effects = ImmutableList.CreateBuilder<NodeEffect>();
        if (plan.Epoch > state.Epoch)
            effects.Add(new NodeEffect.FollowEpoch(plan.Epoch));
        state = state with { Epoch = plan.Epoch };

        var work = state.Work;
        if (work is null || work.Bundle.Commitment != plan.Bundle.Commitment)
        {
            if (work is { Published: false })
                effects.Add(new NodeEffect.Discard(work.Generation));
            state = Retention.Leave(state, plan.Bundle.Commitment);
            work = new NodeWork { Bundle = plan.Bundle, Generation = Generations.First(plan.Bundle) };
            effects.Add(new NodeEffect.Journal(new WorkBegun(work.Bundle, work.Generation)));
        }

        // A new plan has a new source: whatever was read or drawn by the old one ends at the last verified chunk and is gone on with.
        var source = plan.MediumId.Length > 0 && work.Plan?.MediumId == plan.MediumId ? null : SourceOf(plan) ?? new NodeEffect.StopCarrying();
        work = (work with { Plan = plan, Tainted = false, FailedDraws = 0 }).Cleared(Matter.Medium);
        // A full disk is not the holder's fault: it is full under a new plan as well, until a blob is stored.
        if (work.Reason != Reasons.NoSpace)
            work = work.Cleared(Matter.Drawing);
        // What was let go of comes back from a medium, for others.
        if (source is NodeEffect.ReadMedium && !work.IsWhole)
            work = work with { LetGo = false };
        if (source is not null && !(source is NodeEffect.ReadMedium ? work.IsWhole : work.Extracted))
            effects.Add(source);
        effects.Add(new NodeEffect.Report());
        return (state with { Work = work }, effects.ToImmutable());
    }

    /// <summary>Where a plan says that blobs come from; null when it says nothing.</summary>
    internal static NodeEffect? SourceOf(CarryPlan? plan) => plan switch
    {
        { MediumId.Length: > 0 } => new NodeEffect.ReadMedium(plan.MediumId, plan.Bundle),
        { From: { } from } => new NodeEffect.DrawFrom(from, plan.Epoch, plan.Bundle, plan.BytesPerSecond),
        _ => null,
    };

    // It stops before it takes the last of the disk from others, and goes on by itself once somebody has made room.
    private static (NodeState, ImmutableList<NodeEffect>) OnSpaceSeen(NodeState state, NodeWork work, NodeEvent.SpaceSeen e)
    {
        const long megabyte = 1_000_000;
        if (e.Needed > e.Free)
        {
            ImmutableList<NodeEffect> stop = work.Short ? [] : [new NodeEffect.StopCarrying()];
            var missing = (e.Needed - e.Free + megabyte - 1) / megabyte;
            work = (work with { Short = true }).Troubled(
                Matter.Space,
                Reasons.NoSpace,
                $"The disk that holds the blobs of this node has {missing} MB too little room for what is still to come. Free {missing} MB there; carrying goes on here by itself then.");
            return (state with { Work = work }, stop.Add(new NodeEffect.Report()));
        }

        if (!work.Short)
            return (state, []);
        work = (work with { Short = false }).Cleared(Matter.Space);
        return (state with { Work = work }, work is { Plan: { } plan, Extracted: false } ? [SourceOf(plan) ?? new NodeEffect.StopCarrying(), new NodeEffect.Report()] : [new NodeEffect.Report()]);
    }

    private static (NodeState, ImmutableList<NodeEffect>) OnStopped(NodeState state, StopWork stop)
    {
        if (stop.Epoch < state.Epoch)
            return (state, []);
        state = state with { Epoch = stop.Epoch };
        if (state.Work is not { Published: false } work || work.Bundle.Commitment != stop.Commitment)
            return Done(state);
        return (
            Retention.Leave(state, "") with { Work = null },
            [
                new NodeEffect.StopCarrying(),
                new NodeEffect.Journal(new WorkStopped(stop.Commitment, stop.Epoch)),
                new NodeEffect.Discard(work.Generation),
                new NodeEffect.Report(),
            ]);
    }

    private static (NodeState, ImmutableList<NodeEffect>) OnMediumGone(NodeState state, NodeEvent.MediumGone e)
    {
        if (!state.Media.TryGetValue(e.Id, out var medium))
            return (state, []);
        state = state with { Media = state.Media.Remove(e.Id) };
        if (state.Work is not { Extracted: false, Plan: { } plan } work || plan.MediumId != e.Id)
            return Done(state);
        return Done(state with
        {
            Work = work.Troubled(
                Matter.Medium,
                "MediumRemoved",
                $"{medium.Name} was removed before everything had been read. Insert it again, or another with bundle {work.Bundle.Version}, into any node."),
        });
    }

    private static (NodeState, ImmutableList<NodeEffect>) OnMediumBad(NodeState state, NodeWork work, string mediumId, string reason, string message)
    {
        // The medium is as good as before: it is read again when there is room.
        if (reason == Reasons.NoSpace)
            return Done(state with { Work = (work with { Short = true }).Troubled(Matter.Space, reason, message) });

        // The medium's report carries the reason: the supervisor will not choose it again. All violations are in the log; the first is shown, as it says what to
        // insert next, unless a later one is wrong bytes.
        if (!state.Media.TryGetValue(mediumId, out var medium))
            return (state, []);
        var first = medium.Reason.Length == 0;
        if (first)
            state = state with { Media = state.Media.SetItem(mediumId, medium with { Reason = reason, Message = message }) };
        var taints = reason is Reasons.DigestMismatch or Reasons.SizeMismatch or Reasons.InvalidBundle;
        if (work.Tainted || (!first && !taints && work.Matter == Matter.Medium))
            return (state, []);
        return Done(state with { Work = work.Troubled(Matter.Medium, reason, message) with { Tainted = taints } });
    }

    private static (NodeState, ImmutableList<NodeEffect>) OnInventory(NodeState state, NodeWork work, NodeEvent.InventoryKnown e)
    {
        var held = work.Held.Union(e.Held);
        (work, var check) = Rechecking.Begin(work with { Inventory = e.Inventory, Held = held, BytesHeld = held.Sum(index => e.Inventory.Blobs[index].Size) });
        return Load(state, work, [.. check, new NodeEffect.Report()]);
    }

    private static (NodeState, ImmutableList<NodeEffect>) OnBlobStored(NodeState state, NodeWork work, int index)
    {
        if (work.Inventory is null || work.Held.Contains(index))
            return (state, []);
        work = (work with { Held = work.Held.Add(index), BytesHeld = work.BytesHeld + work.Inventory.Blobs[index].Size, FailedDraws = 0 }).Cleared(Matter.Drawing);
        return Load(state, work, [new NodeEffect.Report()]);
    }

    private static (NodeState, ImmutableList<NodeEffect>) OnImported(NodeState state, NodeWork work, int image)
    {
        if (work.Published || work.IsSealed || work.Imported.Contains(image))
            return (state, []);
        work = (work with { Imported = work.Imported.Add(image) }).Cleared(Matter.Loading);
        return Load(state, work, [new NodeEffect.Journal(new ImageImported(work.Generation, image)), new NodeEffect.Report()]);
    }

    private static (NodeState, ImmutableList<NodeEffect>) OnLoadFailed(NodeState state, NodeWork work, NodeEvent.LoadFailed e)
    {
        if (work.IsSealed)
            return SealedLoading.OnFailed(state, work, e.Reason, e.Message);

        // Everything that was asked and not done is asked again at the retry. When publishing failed, the staging area may not be what the
        // journal says: all images are imported again, which takes no time for those that are there.
        var restart = work.Publishing;
        work = (work with
        {
            Imported = restart ? [] : work.Imported,
            Finished = work.Finished && !restart,
            Publishing = false,
            Published = work.Published && !restart,
            Resting = true,
        }).Troubled(Matter.Loading, e.Reason, e.Message);
        work = work with { ImportAsked = work.Imported };
        ImmutableList<NodeEffect> effects = restart ? [new NodeEffect.Journal(new WorkBegun(work.Bundle, work.Generation))] : [];
        return (state with { Work = work }, [.. effects, new NodeEffect.RetryLater(), new NodeEffect.Report()]);
    }

    // Nothing is imported again: what is staged or published is as the journal says.
    private static (NodeState, ImmutableList<NodeEffect>) OnLookFailed(NodeState state, NodeWork work, NodeEvent.LookFailed e)
    {
        if (work.IsSealed)
            return SealedLoading.OnFailed(state, work, e.Reason, e.Message);
        work = (work with { Publishing = false, Published = false, Resting = true }).Troubled(Matter.Loading, e.Reason, e.Message);
        return (state with { Work = work }, [new NodeEffect.RetryLater(), new NodeEffect.Report()]);
    }

    private static (NodeState, ImmutableList<NodeEffect>) OnPublished(NodeState state, NodeWork work, IReadOnlySet<string> images, PinState? pins)
    {
        if (work.Inventory is not { } inventory)
            return (state, []);
        if (work.IsSealed)
            return SealedLoading.OnSeen(state, work, images, pins);
        var missing = inventory.Images.Where(image => !images.Contains(image.Name)).Select(image => image.Name).ToList();
        if (missing.Count == 0)
            return Seen(state, work, pins, work.Finished ? [new NodeEffect.RetireStores(work.Generation, true)] : []);

        var sentence = $"{missing.Count} of {inventory.Images.Count} images are not in the published store, among them {missing[0]}";
        if (work.Rebuilds - work.Forgiven >= MostRebuilds)
        {
            return Done(state with
            {
                Work = work.Troubled(Matter.Loading, "StoreIncomplete", sentence + "; building it again did not help. Check the disk of this node."),
            });
        }

        work = (work with
        {
            Generation = Generations.Next(work),
            Rebuilds = work.Rebuilds + 1,
            Imported = [],
            ImportAsked = [],
            Publishing = false,
            Published = false,
            Finished = false,
            LetGo = false,
        }).Troubled(Matter.Loading, "StoreIncomplete", sentence + "; it is being built again.");
        return Load(state, work, [new NodeEffect.Journal(new WorkBegun(work.Bundle, work.Generation)), new NodeEffect.ForgetRebuildsLater(), new NodeEffect.Report()]);
    }

    /// <summary>The node is ready: the runtime sees every image. <paramref name="besides"/> is done about it, too.</summary>
    internal static (NodeState State, ImmutableList<NodeEffect> Effects) Seen(NodeState state, NodeWork work, PinState? pins, params ReadOnlySpan<NodeEffect> besides)
    {
        work = work with { Publishing = false, Published = true, Short = false, Pins = pins };
        // What a blob lacks since it was read again is no matter of the runtime's.
        if (work.Matter != Matter.Drawing || work.Extracted)
            work = work.Cleared(work.Matter);
        ImmutableList<NodeEffect> keep = work.Finished ? [new NodeEffect.KeepPins(work.Generation), .. Retention.Again(work)] : [];
        return (state with { Work = work }, [new NodeEffect.Journal(new StorePublished(work.Generation)), .. besides, .. keep, new NodeEffect.Report()]);
    }

    /// <summary>Asks for what can be loaded now: images whose blobs are complete, and publishing once all are imported.</summary>
    internal static (NodeState State, ImmutableList<NodeEffect> Effects) Load(NodeState state, NodeWork work, ImmutableList<NodeEffect> effects)
    {
        if (work.IsSealed)
            return SealedLoading.Next(state, work, effects);
        if (work.Inventory is { } inventory && !work.Published && !work.Tainted && !work.Resting)
        {
            for (var i = 0; i < inventory.Images.Count; i++)
            {
                if (work.ImportAsked.Contains(i) || !IsComplete(inventory.Images[i], work.Held))
                    continue;
                work = work with { ImportAsked = work.ImportAsked.Add(i) };
                effects = effects.Add(new NodeEffect.Import(work.Generation, i));
            }

            if (work.AllImported && work.Extracted && !work.Publishing)
            {
                work = work with { Publishing = true };
                effects = effects
                    .Add(new NodeEffect.Journal(new PublishIntended(work.Generation)))
                    .Add(new NodeEffect.Publish(work.Generation));
            }
        }

        return (state with { Work = work }, effects);
    }

    private static bool IsComplete(InventoryImage image, ImmutableSortedSet<int> held)
    {
        foreach (var blob in image.Blobs)
        {
            if (!held.Contains(blob))
                return false;
        }

        return true;
    }

    private static (NodeState, ImmutableList<NodeEffect>) OnWork(
        NodeState state, string commitment, Func<NodeWork, (NodeState, ImmutableList<NodeEffect>)> on) =>
        state.Work is { } work && work.Bundle.Commitment == commitment ? on(work) : (state, []);

    private static (NodeState, ImmutableList<NodeEffect>) OnGeneration(
        NodeState state, string generation, Func<NodeWork, (NodeState, ImmutableList<NodeEffect>)> on) =>
        state.Work is { } work && work.Generation == generation ? on(work) : (state, []);

    private static (NodeState, ImmutableList<NodeEffect>) Done(NodeState state) => (state, [new NodeEffect.Report()]);
}
