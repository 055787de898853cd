namespace Handcarry.Actors.Cluster;

/// <summary>A requirement on one label (meta/v1, LabelSelectorRequirement).</summary>
/// <param name="Key">Key of the label.</param>
/// <param name="Operator"><c>In</c>, <c>NotIn</c>, <c>Exists</c> or <c>DoesNotExist</c>.</param>
/// <param name="Values">What it is compared with; empty for the last two.</param>
public sealed record LabelRequirement(string Key, string Operator, IReadOnlyList<string> Values)
{
    /// <summary>Whether a node with these labels meets it; an absent label meets NotIn, as Kubernetes has it.</summary>
    public bool IsMetBy(IReadOnlyDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var there = labels.TryGetValue(Key, out var value);
        return Operator switch
        {
            "In" => there && Values.Contains(value!),
            "NotIn" => !there || !Values.Contains(value!),
            "Exists" => there,
            "DoesNotExist" => !there,
            _ => false,
        };
    }
}
