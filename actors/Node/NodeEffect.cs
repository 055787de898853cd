using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Node;

/// <summary>What a node does about what happened. Carried out in order; each is harmless when done twice.</summary>
public abstract record NodeEffect
{
    private NodeEffect()
    {
    }

    /// <summary>Write to the journal, and wait until it is durable, before anything that follows.</summary>
    public sealed record Journal(IWireMessage Entry) : NodeEffect;

    /// <summary>Look up the bundle's inventory and blobs in this node's own blob store; silence when the inventory is not there.</summary>
    public sealed record Recall(BundleFacts Bundle) : NodeEffect;

    /// <summary>Read a medium from its first byte, verify each blob and keep what is not yet here.</summary>
    public sealed record ReadMedium(string MediumId, BundleFacts Bundle) : NodeEffect;

    /// <summary>Draw what is lacking from a holder, starting with the inventory, at no more than the node's share of the site's limit; 0 for no limit.</summary>
    public sealed record DrawFrom(Peer From, long Epoch, BundleFacts Bundle, long BytesPerSecond = 0) : NodeEffect;

    /// <summary>Draw one blob, which the plan's holder has sent wrong, from another.</summary>
    public sealed record DrawElsewhere(int Index, Peer From) : NodeEffect;

    /// <summary>Tell a node what is held here, now and whenever that changes.</summary>
    public sealed record OfferTo(WantOffers Want) : NodeEffect;

    /// <summary>Offer nothing more to those who follow plans older than <paramref name="Epoch"/>.</summary>
    public sealed record FollowEpoch(long Epoch) : NodeEffect;

    /// <summary>Stop reading and drawing. Bytes verified so far stay.</summary>
    public sealed record StopCarrying : NodeEffect;

    /// <summary>Import an image into the staging area.</summary>
    public sealed record Import(string Generation, int Image) : NodeEffect;

    /// <summary>Make the staging area durable and publish it, then list what the container tools see.</summary>
    public sealed record Publish(string Generation) : NodeEffect;

    /// <summary>Let go of what was pinned for other generations.</summary>
    public sealed record KeepPins(string Generation) : NodeEffect;

    /// <summary>Mount the bundle's sealed store.</summary>
    public sealed record MountStore(string Generation) : NodeEffect;

    /// <summary>Prove the mounted store; withdraw it when it is wrong.</summary>
    public sealed record ProveStore(string Generation) : NodeEffect;

    /// <summary>Have the runtime see the mounted store, then list what the container tools see, and pin the images when the store is <paramref name="Proved"/>.</summary>
    public sealed record PublishStore(string Generation, bool Proved) : NodeEffect;

    /// <summary>Put right what somebody has changed about the published store, then list what the container tools see.</summary>
    public sealed record LookAtStore(string Generation) : NodeEffect;

    /// <summary>Unmount the sealed stores that are not needed any longer; with <paramref name="Superseded"/> also what the runtime sees beside this one, as the cluster runs it.</summary>
    public sealed record RetireStores(string Generation, bool Superseded) : NodeEffect;

    /// <summary>Do not count on a blob any longer; it has turned out to be damaged.</summary>
    public sealed record DropBlob(int Index) : NodeEffect;

    /// <summary>Stop loading and remove a staging area, and sealed stores that were mounted for it.</summary>
    public sealed record Discard(string Generation) : NodeEffect;

    /// <summary>Remove the blobs of these bundles, but for what other bundles of the node have as well, or what is in use.</summary>
    public sealed record FreeBlobs(IReadOnlyList<string> Commitments) : NodeEffect;

    /// <summary>Remove the layers of the bundle that is worked on, but for what other bundles of the node have as well, or what is in use.</summary>
    public sealed record FreeLayers(string Commitment) : NodeEffect;

    /// <summary>Answer for the images of a bundle that runs, besides those of the one that is worked on.</summary>
    public sealed record Serve(BundleFacts Bundle) : NodeEffect;

    /// <summary>Ask for <see cref="NodeEvent.RetryDue"/> after a pause.</summary>
    public sealed record RetryLater : NodeEffect;

    /// <summary>Ask for <see cref="NodeEvent.RebuildsPast"/> a day from now; what was asked before is forgotten.</summary>
    public sealed record ForgetRebuildsLater : NodeEffect;

    /// <summary>Tell the supervisor.</summary>
    public sealed record Report : NodeEffect;
}
