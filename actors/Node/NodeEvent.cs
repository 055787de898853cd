using Handcarry.Actors.Protocol;
using Handcarry.Streams.Bundles;

namespace Handcarry.Actors.Node;

/// <summary>What can happen to a node.</summary>
public abstract record NodeEvent
{
    private NodeEvent()
    {
    }

    /// <summary>The journal has been read: go on from there.</summary>
    public sealed record Recovered : NodeEvent;

    /// <summary>A medium is in the node, or what is known of it has changed.</summary>
    public sealed record MediumFound(MediumReport Medium) : NodeEvent;

    /// <summary>A medium has been taken out.</summary>
    public sealed record MediumGone(string Id) : NodeEvent;

    /// <summary>The supervisor's plan for this node.</summary>
    public sealed record Planned(CarryPlan Plan) : NodeEvent;

    /// <summary>The supervisor gives the bundle up.</summary>
    public sealed record Stopped(StopWork Stop) : NodeEvent;

    /// <summary>The cluster runs the bundle's version.</summary>
    public sealed record Finished(FinishWork Finish) : NodeEvent;

    /// <summary>The inventory is here, verified; <paramref name="Held"/> of its blobs already are.</summary>
    public sealed record InventoryKnown(string Commitment, BundleInventory Inventory, IReadOnlyCollection<int> Held) : NodeEvent;

    /// <summary>
    /// What is still to come takes <paramref name="Needed"/> bytes of disk, with what is to stay free; 0 when nothing is still to come. <paramref name="Free"/> bytes are free.
    /// </summary>
    public sealed record SpaceSeen(string Commitment, long Needed, long Free) : NodeEvent;

    /// <summary>A blob is here, verified and durable.</summary>
    public sealed record BlobStored(string Commitment, int Index) : NodeEvent;

    /// <summary>A blob of the medium was not what the inventory says.</summary>
    public sealed record BlobRejected(string Commitment, string MediumId, int Index, string Reason, string Message) : NodeEvent;

    /// <summary>The medium has been read to its end.</summary>
    public sealed record MediumRead(string Commitment, string MediumId) : NodeEvent;

    /// <summary>The medium could not be read any further.</summary>
    public sealed record MediumFailed(string Commitment, string MediumId, string Reason, string Message) : NodeEvent;

    /// <summary>Drawing from the predecessor does not get on; it is being tried again.</summary>
    public sealed record DrawTroubled(string Commitment, string Reason, string Message) : NodeEvent;

    /// <summary>A holder has sent something else than the blob; nothing of it was kept.</summary>
    public sealed record HolderWrong(string Commitment, int Index, Peer Holder, string Reason, string Message) : NodeEvent;

    /// <summary>Another node wants to be told what this one holds.</summary>
    public sealed record Wanted(WantOffers Want) : NodeEvent;

    /// <summary>An image is in the staging area.</summary>
    public sealed record Imported(string Generation, int Image) : NodeEvent;

    /// <summary>Images could not be imported or published; tried again when <see cref="RetryDue"/> comes.</summary>
    public sealed record LoadFailed(string Generation, string Reason, string Message) : NodeEvent;

    /// <summary>The staging area is published; the node's runtime has these images now, and says so of the pins.</summary>
    public sealed record Published(string Generation, IReadOnlySet<string> Images, PinState? Pins = null) : NodeEvent;

    /// <summary>The staging area is published, but the node's runtime cannot be asked for its images, or told to keep them; tried again when <see cref="RetryDue"/> comes.</summary>
    public sealed record LookFailed(string Generation, string Reason, string Message) : NodeEvent;

    /// <summary>The node's runtime was started anew: it may have lost images.</summary>
    public sealed record RuntimeRestarted : NodeEvent;

    /// <summary>The sealed store is mounted.</summary>
    public sealed record StoreMounted(string Generation) : NodeEvent;

    /// <summary>Every layer of the sealed store is what the bundle says.</summary>
    public sealed record StoreProved(string Generation) : NodeEvent;

    /// <summary>The sealed store is not what the bundle says; it is withdrawn, and a damaged blob is dropped.</summary>
    public sealed record StoreWrong(string Generation, StoreFault Fault) : NodeEvent;

    /// <summary>It is time to look whether the published store is as it should be.</summary>
    public sealed record LookDue : NodeEvent;

    /// <summary>No blob is here for the sake of that bundle any longer.</summary>
    public sealed record Freed(string Commitment) : NodeEvent;

    /// <summary>These layers of the bundle that is worked on are not here any longer, as indexes into its inventory.</summary>
    public sealed record LayersFreed(string Commitment, IReadOnlyList<int> Indexes) : NodeEvent;

    /// <summary>For a day no store had to be built or drawn again.</summary>
    public sealed record RebuildsPast : NodeEvent;

    /// <summary>Somebody wants what has gone wrong to be forgotten and tried again.</summary>
    public sealed record RetryAsked : NodeEvent;

    /// <summary>It is time to try again what failed.</summary>
    public sealed record RetryDue : NodeEvent;
}
