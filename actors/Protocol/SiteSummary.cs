using Handcarry.Actors.Cluster;

namespace Handcarry.Actors.Protocol;

/// <summary>
/// The upgrade in a few words and numbers, the same for whoever looks from whichever node. The supervisor sends it to every agent when it changes, once a second at
/// most, and every ten seconds anyway; a lost one does no harm.
/// </summary>
public sealed record SiteSummary : IWireMessage
{
    /// <summary>Node whose agent hosts the supervisor.</summary>
    public required string Supervisor { get; init; }

    /// <summary>Whether it holds the lease and may decide.</summary>
    public required bool Acting { get; init; }

    /// <summary>Where the upgrade stands.</summary>
    public required Phase Phase { get; init; }

    /// <summary>Reason word of the phase, empty when there is nothing to explain.</summary>
    public string Reason { get; init => field = value ?? ""; } = "";

    /// <summary>The status' sentence for people.</summary>
    public string Message { get; init => field = value ?? ""; } = "";

    /// <summary>Version the cluster runs; empty while unknown.</summary>
    public string ClusterVersion { get; init => field = value ?? ""; } = "";

    /// <summary>OpenShift version of the bundle; empty when there is none.</summary>
    public string BundleVersion { get; init => field = value ?? ""; } = "";

    /// <summary>The bundle's commitment; empty when there is none.</summary>
    public string Commitment { get; init => field = value ?? ""; } = "";

    /// <summary>Bytes of all blobs of the bundle, which each node has to have.</summary>
    public long BundleSize { get; init; }

    /// <summary>How many nodes have to have it.</summary>
    public int Nodes { get; init; }

    /// <summary>How many of them have all blobs.</summary>
    public int NodesExtracted { get; init; }

    /// <summary>How many of them are ready: the node says so when all images are loaded, and pinned where there is a runtime that pins.</summary>
    public int NodesReady { get; init; }

    /// <summary>Bytes of the bundle that all of them together hold, 0 to <see cref="BundleSize"/> times <see cref="Nodes"/>.</summary>
    public long BytesHeld { get; init; }

    /// <summary>Bytes of the bundle that the node which has most of it holds: what has been read from media, unless it was there before.</summary>
    public long BytesRead { get; init; }

    /// <summary>Nodes whose media are being read, by name.</summary>
    public IReadOnlyList<string> Sources { get; init => field = value ?? []; } = [];

    /// <summary>Whether a medium must stay where it is: it is read, and no node has all blobs yet.</summary>
    public bool MediumNeeded { get; init; }

    /// <summary>Whether a stick in any node asks for a receipt about the bundle: one that lacks it comes before one that has it.</summary>
    public ReceiptState Receipt { get; init; }

    /// <summary>How fast the quickest medium is read; null when none is, and in the first seconds.</summary>
    public MediumPace? Pace { get; init; }
}
