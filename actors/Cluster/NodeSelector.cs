namespace Handcarry.Actors.Cluster;

/// <summary>Which nodes take part, by their labels.</summary>
/// <param name="Requirements">All of which a node must meet; empty for all nodes.</param>
public sealed record NodeSelector(IReadOnlyList<LabelRequirement> Requirements)
{
    /// <summary>All nodes.</summary>
    public static NodeSelector All { get; } = new([]);

    /// <summary>Whether <paramref name="node"/> takes part.</summary>
    public bool Selects(ClusterNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (Requirements.Count == 0)
            return true;
        var labels = node.Labels.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(label => label.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return Requirements.All(requirement => requirement.IsMetBy(labels));
    }

    /// <summary>Whether both require the same in the same order.</summary>
    public bool Equals(NodeSelector? other) =>
        other is not null && Requirements.Count == other.Requirements.Count
        && Requirements.Zip(other.Requirements).All(((LabelRequirement One, LabelRequirement Other) pair) =>
            pair.One.Key == pair.Other.Key && pair.One.Operator == pair.Other.Operator && pair.One.Values.SequenceEqual(pair.Other.Values));

    /// <inheritdoc/>
    public override int GetHashCode() => Requirements.Count;
}
