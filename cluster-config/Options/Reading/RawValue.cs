namespace Handcarry.ClusterConfig.Options.Reading;

/// <summary>What a layer says for a key, before it is understood.</summary>
/// <param name="Items">One text for a single value; any number for a list.</param>
/// <param name="IsList">Whether it was written as a list, or given more than once.</param>
/// <param name="Source">Where it was written, for messages.</param>
internal sealed record RawValue(IReadOnlyList<string> Items, bool IsList, string Source)
{
    public bool IsEmpty => Items.All(string.IsNullOrWhiteSpace);
}
