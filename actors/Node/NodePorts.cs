using Handcarry.Actors.Protocol;
using Handcarry.Actors.Site;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry;
using Handcarry.Streams.Replication;

namespace Handcarry.Actors.Node;

/// <summary>The outside as a node's agent reaches it.</summary>
/// <param name="Media">Where media come from.</param>
/// <param name="Images">The store from which the node's runtime takes images.</param>
/// <param name="Blobs">The node's blobs.</param>
/// <param name="Draw">Draws one blob from another node.</param>
/// <param name="DrawOptions">How blobs are drawn.</param>
/// <param name="Limits">What a bundle may be at most.</param>
/// <param name="Counters">Bytes sent and drawn over the data plane.</param>
/// <param name="Space">Tells free space.</param>
/// <param name="Time">The clock.</param>
/// <param name="SlowBelow">A medium that gives fewer bytes per second is called slow.</param>
public sealed record NodePorts(
    IMediaSource Media,
    IImageStore Images,
    BlobStore Blobs,
    BlobDraw Draw,
    DrawOptions DrawOptions,
    BundleLimits Limits,
    TransferCounters Counters,
    Func<CancellationToken, ValueTask<SpaceFacts>> Space,
    TimeProvider Time,
    long SlowBelow = 10_000_000)
{
    /// <summary>The node's sealed stores.</summary>
    public required ISealedStores Sealed { get; init; }

    /// <summary>Reads the node's blobs again when the agent has started; null: nobody does.</summary>
    public IBlobChecks? Checks { get; init; }

    /// <summary>Whether the runtime may see a sealed store before it is proved.</summary>
    public bool PublishUnproved { get; init; }

    /// <summary>Tells how hard the rest of the node has it; null: nobody asks.</summary>
    public INodePressure? Pressure { get; init; }

    /// <summary>From where on that is too hard.</summary>
    public YieldLimits Yield { get; init; } = new();

    /// <summary>Bytes that stay free where the blobs are, when all that is still to come is there.</summary>
    public long ReserveBytes { get; init; } = 256L << 20;

    /// <summary>Of how many releases that ran the blobs stay, the running one among them; 1 or more.</summary>
    public int KeepBundles { get; init; } = 1;

    /// <summary>Whether something besides the agent has the file of a blob in use, such as a mount, so that it must stay.</summary>
    public Func<Digest, bool> InUse { get; init; } = static _ => false;

    /// <summary>Which of the blobs the node's registry serves as manifests; told of each inventory that the node gets to know.</summary>
    public RegistryIndex Registry { get; init; } = new();

    /// <summary>Whether a stick in this node asks for a receipt about a bundle, given by its commitment.</summary>
    public Func<string, ReceiptState> Receipts { get; init; } = static _ => ReceiptState.None;

    /// <summary>What the node knows of the whole site, for whoever shows it.</summary>
    public SiteBoard Site { get; init; } = new(Time);

    /// <summary>Counts what the agent does.</summary>
    public NodeTally Tally { get; init; } = new(Time);

    /// <summary>Asks the node's own registry for images and says in a sentence what is wrong, or null when it gives them all; null: nobody asks.</summary>
    public Func<IReadOnlyList<ImageName>, CancellationToken, ValueTask<string?>>? Serving { get; init; }

    /// <summary>What the node's container runtime is told besides its images.</summary>
    public IRuntimeConfig Runtime { get; init; } = new NoRuntimeConfig();
}
