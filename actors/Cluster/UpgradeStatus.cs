namespace Handcarry.Actors.Cluster;

/// <summary><c>BundleUpgrade.status</c>: where the whole upgrade stands. What a supervisor that starts anywhere goes on from.</summary>
public sealed record UpgradeStatus
{
    /// <summary>How many findings a status carries; with these the object stays below 200 kB at five hundred nodes.</summary>
    public const int MostFindings = 64;

    /// <summary>The phase.</summary>
    public required Phase Phase { get; init; }

    /// <summary>Reason word of the phase, empty when there is nothing to explain.</summary>
    public string Reason { get; init => field = value ?? ""; } = "";

    /// <summary>One sentence for people, with what to do when something is to be done.</summary>
    public string Message { get; init => field = value ?? ""; } = "";

    /// <summary>The bundle being worked on, null in Idle.</summary>
    public BundleView? Bundle { get; init; }

    /// <summary>Number of the current plan; grows with each new one and each new supervisor. Nodes refuse older ones.</summary>
    public long Epoch { get; init; }

    /// <summary>The nodes, by name, ordinal order.</summary>
    public IReadOnlyList<NodeView> Nodes { get; init => field = value ?? []; } = [];

    /// <summary>What was found when the bundle was judged, the first <see cref="MostFindings"/>: what keeps it from being used, or what to know while it is.</summary>
    public IReadOnlyList<Finding> Findings { get; init => field = value ?? []; } = [];

    /// <summary>How many findings there were in all.</summary>
    public int FindingsTotal { get; init; }

    /// <summary>metadata.generation of the spec this status answers.</summary>
    public long ObservedGeneration { get; init; }
}
