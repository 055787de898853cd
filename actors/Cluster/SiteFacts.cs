using System.Collections.Immutable;

namespace Handcarry.Actors.Cluster;

/// <summary>What is known of a site beyond its nodes' newest reports.</summary>
/// <param name="Zones">Zone or rack of each node that has one. The chain enters each zone once.</param>
/// <param name="Links">Measured speeds.</param>
/// <param name="LeftOut">Nodes from which nobody draws, because of what they have sent.</param>
/// <param name="BytesPerSecond">How many bytes a second all nodes together may draw, 1 or more; 0 for no limit.</param>
public sealed record SiteFacts(ImmutableSortedDictionary<string, string> Zones, LinkBook Links, ImmutableSortedSet<string> LeftOut, long BytesPerSecond = 0)
{
    /// <summary>A site of which nothing more is known.</summary>
    public static SiteFacts None { get; } = new(
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal), LinkBook.Empty, ImmutableSortedSet.Create<string>(StringComparer.Ordinal));
}
