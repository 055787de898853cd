using System.Collections.Immutable;
using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Node;

/// <summary>All that a node's decisions depend on.</summary>
public sealed record NodeState
{
    /// <summary>A node of which nothing is known.</summary>
    public static NodeState Initial { get; } = new();

    /// <summary>Media in the node, by id.</summary>
    public ImmutableSortedDictionary<string, MediumReport> Media { get; init; } =
        ImmutableSortedDictionary.Create<string, MediumReport>(StringComparer.Ordinal);

    /// <summary>The bundle it works on, or whose images it has; null for none.</summary>
    public NodeWork? Work { get; init; }

    /// <summary>Staging areas of bundles given up before the agent started, which may not have been removed yet.</summary>
    public ImmutableSortedSet<string> Leftovers { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Bundles that it does not work on any longer and whose blobs may be here, in the order in which it left them.</summary>
    public ImmutableList<PastBundle> Past { get; init; } = [];

    /// <summary>Of how many releases that ran the blobs stay, the running one among them; a setting, 1 or more.</summary>
    public int KeepBundles { get; init; } = 1;

    /// <summary>The newest epoch it has been told; older plans are refused.</summary>
    public long Epoch { get; init; }

    /// <summary>Holders that have sent wrong bytes since the agent started, by name.</summary>
    public ImmutableSortedDictionary<string, HolderComplaint> Complaints { get; init; } =
        ImmutableSortedDictionary.Create<string, HolderComplaint>(StringComparer.Ordinal);

    /// <summary>Whether the runtime may see a sealed store before it is proved; a setting.</summary>
    public bool PublishUnproved { get; init; }

    /// <summary>Its stage, which follows from <see cref="Work"/>.</summary>
    public Stage Stage => Work switch
    {
        null => Stage.Waiting,
        { Finished: true } => Stage.Upgraded,
        { Published: true, Extracted: true, Check: CheckState.Done } => Stage.Ready,
        { Extracted: true } => Stage.Loading,
        _ => Stage.Receiving,
    };
}
