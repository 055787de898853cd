using System.Collections.Immutable;
using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Cluster;

/// <summary>All that the supervisor's decisions depend on.</summary>
public sealed record SupervisorState
{
    /// <summary>A supervisor that knows nothing yet.</summary>
    public static SupervisorState Initial { get; } = new();

    /// <summary>Whether it holds the lease and has read the status.</summary>
    public bool Acting { get; init; }

    /// <summary>The status as last read or decided.</summary>
    public UpgradeStatus Status { get; init; } = new() { Phase = Phase.Idle };

    /// <summary>The administrator's wishes as BundleUpgrade has them; null until seen.</summary>
    public UpgradeSpec? OwnSpec { get; init; }

    /// <summary>What ClusterVersion had of them when it was last seen; null when nothing.</summary>
    public DesiredBundle? Wish { get; init; }

    /// <summary>What counts of both; null until BundleUpgrade was seen.</summary>
    public UpgradeSpec? Spec { get; init; }

    /// <summary>The cluster version operator's object; null until seen, and while the API is away.</summary>
    public ClusterVersionView? Version { get; init; }

    /// <summary>How the cluster is; null until seen, and while the API is away.</summary>
    public ClusterHealth? Health { get; init; }

    /// <summary>What runs in the cluster, read while a bundle is judged; null until then.</summary>
    public WorkloadFacts? Workloads { get; init; }

    /// <summary>Whether that is being read.</summary>
    public bool ReadingWorkloads { get; init; }

    /// <summary>The node that this supervisor runs on; empty when it does not matter.</summary>
    public string Self { get; init; } = "";

    /// <summary>All nodes of the cluster; null until seen.</summary>
    public IReadOnlyList<ClusterNode>? AllNodes { get; init; }

    /// <summary>Those of <see cref="AllNodes"/> that take part, by name; null until seen.</summary>
    public ImmutableSortedDictionary<string, ClusterNode>? Nodes { get; init; }

    /// <summary>The newest report of each node whose agent is heard of.</summary>
    public ImmutableSortedDictionary<string, NodeReport> Reports { get; init; } =
        ImmutableSortedDictionary.Create<string, NodeReport>(StringComparer.Ordinal);

    /// <summary>How fast they draw.</summary>
    public LinkBook Links { get; init; } = LinkBook.Empty;

    /// <summary>Who has sent wrong bytes.</summary>
    public Trust Trust { get; init; } = Trust.Full;

    /// <summary>How many bytes a second all nodes together may draw; 0 for no limit.</summary>
    public long SiteBytesPerSecond { get; init; }

    /// <summary>The current plan of each node, under the epoch of <see cref="Status"/>.</summary>
    public ImmutableSortedDictionary<string, CarryPlan> Plans { get; init; } =
        ImmutableSortedDictionary.Create<string, CarryPlan>(StringComparer.Ordinal);

    /// <summary>Whether the upkeep of machines is paused; null when a predecessor may have paused it.</summary>
    public bool? UpkeepPaused { get; init; }

    /// <summary>What became of verifying the release; null when it was not verified since this supervisor took over.</summary>
    public ReleaseVerdict? Verdict { get; init; }

    /// <summary>Whether it is being verified.</summary>
    public bool Verifying { get; init; }

    /// <summary>What became of preparing the cluster for the release; null when it was not prepared since this supervisor took over.</summary>
    public PinnedSets? Pins { get; init; }

    /// <summary>Whether it is being prepared.</summary>
    public bool Preparing { get; init; }

    /// <summary>Which order about pins that are not needed was given last; null when a predecessor may not have come to it.</summary>
    public SupervisorEffect? Unpinned { get; init; }

    /// <summary>Whether the request for the upgrade is being withdrawn.</summary>
    public bool Withdrawing { get; init; }

    /// <summary>The renewal of the agents.</summary>
    public RenewalState Renewal { get; init; } = RenewalState.None;

    /// <summary>The time, coarsely; null until it is told.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>Since when the operator has been silent; null while it is not, or not asked.</summary>
    public DateTimeOffset? SilentSince { get; init; }

    /// <summary>Since when a node has lacked the images of a bundle that was handed over already; null while none does.</summary>
    public DateTimeOffset? LateSince { get; init; }

    /// <summary>Whether such nodes are being served.</summary>
    public bool LateServed => LateSince is { } since && Now is { } now && now - since >= SupervisorLateNodes.Settling;

    /// <summary>The media whose file's digest was asked for since this supervisor took over, by node and id.</summary>
    public ImmutableHashSet<(string Node, string MediumId)> DigestsAsked { get; init; } = [];

    /// <summary>Whether the upgrade was asked for since this supervisor took over.</summary>
    public bool Asked { get; init; }
}
