using System.Collections.Immutable;
using Handcarry.Actors.Protocol;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Node;

/// <summary>A node's work on one bundle.</summary>
public sealed record NodeWork
{
    /// <summary>The bundle.</summary>
    public required BundleFacts Bundle { get; init; }

    /// <summary>Name of the staging area and, once published, of the store.</summary>
    public required string Generation { get; init; }

    /// <summary>The plan being followed; null after a restart until the supervisor sends it again.</summary>
    public CarryPlan? Plan { get; init; }

    /// <summary>The inventory, once it is here.</summary>
    public BundleInventory? Inventory { get; init; }

    /// <summary>Indexes of the blobs that are here, verified.</summary>
    public ImmutableSortedSet<int> Held { get; init; } = [];

    /// <summary>Their bytes.</summary>
    public long BytesHeld { get; init; }

    /// <summary>How many draws have failed since one has succeeded.</summary>
    public int FailedDraws { get; init; }

    /// <summary>Indexes of the images for which an import was asked or done.</summary>
    public ImmutableSortedSet<int> ImportAsked { get; init; } = [];

    /// <summary>Indexes of the images that are in the staging area.</summary>
    public ImmutableSortedSet<int> Imported { get; init; } = [];

    /// <summary>Whether the images are in a sealed store; false until the inventory is here.</summary>
    public bool IsSealed => Inventory?.SealedStore is not null;

    /// <summary>How far loading that store is.</summary>
    public SealedWork Sealed { get; init; } = new();

    /// <summary>Whether loading has failed and waits for <see cref="NodeEvent.RetryDue"/>.</summary>
    public bool Resting { get; init; }

    /// <summary>Whether publishing was asked for and has not been answered.</summary>
    public bool Publishing { get; init; }

    /// <summary>Whether the store is published and every image was seen in it.</summary>
    public bool Published { get; init; }

    /// <summary>What the runtime says of the pins; null before it was asked.</summary>
    public PinState? Pins { get; init; }

    /// <summary>Whether the cluster runs this bundle's version.</summary>
    public bool Finished { get; init; }

    /// <summary>Whether layers that only nodes that come late would need have been let go of.</summary>
    public bool LetGo { get; init; }

    /// <summary>How many times stores were found incomplete or damaged, without a day of rest in between.</summary>
    public int Rebuilds { get; init; }

    /// <summary>How many of those do not count any longer, because somebody has asked to try again.</summary>
    public int Forgiven { get; init; }

    /// <summary>Whether the medium holds bytes that are not what the inventory says: nothing more is loaded until the supervisor has decided.</summary>
    public bool Tainted { get; init; }

    /// <summary>Whether there was too little room at the last look for what is still to come: nothing is read or drawn until there is.</summary>
    public bool Short { get; init; }

    /// <summary>What <see cref="Reason"/> is about, so that success in one matter does not hide trouble in another.</summary>
    public Matter Matter { get; init; }

    /// <summary>Reason word of what is wrong now; empty when nothing is.</summary>
    public string Reason { get; init; } = "";

    /// <summary>One sentence for that.</summary>
    public string Message { get; init; } = "";

    /// <summary>Whether every blob is here.</summary>
    public bool IsWhole => Inventory is not null && Held.Count == Inventory.Blobs.Count;

    /// <summary>Whether every blob is here that this node needs.</summary>
    public bool Extracted => Published || IsWhole || (LetGo && Inventory is { } inventory && Enumerable.Range(0, inventory.Blobs.Count).All(i => Held.Contains(i) || MediaTypes.IsLayer(inventory.Blobs[i].MediaType)));

    /// <summary>The same work with nothing wrong in <paramref name="matter"/>.</summary>
    public NodeWork Cleared(Matter matter) => Matter == matter ? this with { Matter = Matter.None, Reason = "", Message = "" } : this;

    /// <summary>The same work with something wrong. Of a lack of room most else follows: that stands until there is room.</summary>
    public NodeWork Troubled(Matter matter, string reason, string message) =>
        Matter == Matter.Space && matter != Matter.Space ? this : this with { Matter = matter, Reason = reason, Message = message };

    /// <summary>Whether every image is in the staging area.</summary>
    public bool AllImported => Inventory is not null && Imported.Count == Inventory.Images.Count;
}
