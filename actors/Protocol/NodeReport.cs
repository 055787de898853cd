using Handcarry.Actors.Node;

namespace Handcarry.Actors.Protocol;

/// <summary>
/// What an agent knows of its node, sent to the supervisor on every change and once a second. It is complete each time, so a lost one, or
/// a supervisor that has just started, does no harm.
/// </summary>
public sealed record NodeReport : IWireMessage
{
    /// <summary>The Kubernetes node's name.</summary>
    public required string Node { get; init; }

    /// <summary>Where its agent is reached by others, for control messages and for blobs.</summary>
    public required Peer Self { get; init; }

    /// <summary>Its stage.</summary>
    public required Stage Stage { get; init; }

    /// <summary>Epoch of the plan it follows; 0 for none.</summary>
    public long Epoch { get; init; }

    /// <summary>The bundle it works on, or whose images it has; empty for none.</summary>
    public string Commitment { get; init => field = value ?? ""; } = "";

    /// <summary>How many of the bundle's blobs are verified and kept here.</summary>
    public int BlobsHeld { get; init; }

    /// <summary>Their bytes.</summary>
    public long BytesHeld { get; init; }

    /// <summary>Whether all of them are here.</summary>
    public bool Extracted { get; init; }

    /// <summary>Whether the node has let go of the bundle's layers, as nobody comes late any more: it has the images, and of the bundle <see cref="BytesHeld"/> to give to others.</summary>
    public bool LetGo { get; init; }

    /// <summary>Whether the node's runtime says of all images of the bundle that it keeps them.</summary>
    public bool Pinned { get; init; }

    /// <summary>
    /// Why the node's runtime would not ask this agent for what it does not find in its storage, or not find images of bundles at all; empty when nothing is in the way.
    /// </summary>
    public string RuntimeFault { get; init; } = "";

    /// <summary>Whether the node's own registry answers for the images; null from an agent that does not ask it, such as one of an earlier version.</summary>
    public ServingReport? Serving { get; init; }

    /// <summary>Images imported so far.</summary>
    public int ImagesLoaded { get; init; }

    /// <summary>Bytes free on the file system of the blobs, with those that the node would free for another bundle.</summary>
    public long FreeForBlobs { get; init; }

    /// <summary>Bytes free on the file system of the image store; 0 while <see cref="RoomUnknown"/>.</summary>
    public long FreeForStore { get; init; }

    /// <summary>Whether blobs and image store share one file system.</summary>
    public bool OneFileSystem { get; init; }

    /// <summary>Why the node cannot tell the room for images; null when it can. A bundle is judged when it is known.</summary>
    public Remark? RoomUnknown { get; init; }

    /// <summary>Media in this node.</summary>
    public IReadOnlyList<MediumReport> Media { get; init => field = value ?? []; } = [];

    /// <summary>Whether a stick in this node asks for a receipt about the bundle.</summary>
    public ReceiptState Receipt { get; init; }

    /// <summary>Reason word when the node has a problem or waits for something.</summary>
    public string Reason { get; init => field = value ?? ""; } = "";

    /// <summary>One sentence for that.</summary>
    public string Message { get; init => field = value ?? ""; } = "";

    /// <summary>Holders from which this agent has been sent wrong bytes.</summary>
    public IReadOnlyList<HolderComplaint> Complaints { get; init => field = value ?? []; } = [];

    /// <summary>How fast it draws; null while it keeps up with its holder, which tells nothing of what the link can do.</summary>
    public LinkReport? Link { get; init; }

    /// <summary>That it carries slower than it could, for the sake of what else runs there; null when it does not.</summary>
    public YieldReport? Yield { get; init; }

    /// <summary>Bytes read from media since the agent started.</summary>
    public long MediumBytes { get; init; }

    /// <summary>Blob bytes drawn from peers since the agent started.</summary>
    public long DrawnBytes { get; init; }

    /// <summary>Blob bytes sent to peers since the agent started.</summary>
    public long SentBytes { get; init; }
}
