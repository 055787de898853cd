namespace Handcarry.Lab.Api.Ownership;

/// <summary>What differs between two values, by field.</summary>
/// <param name="Added">Fields that only the new value has.</param>
/// <param name="Modified">Fields that both have, different.</param>
/// <param name="Removed">Fields that only the old value has.</param>
internal sealed record FieldComparison(FieldSet Added, FieldSet Modified, FieldSet Removed)
{
    public bool IsSame => Added.IsEmpty && Modified.IsEmpty && Removed.IsEmpty;

    /// <summary>Without the fields that the kind of write does not touch.</summary>
    public FieldComparison Without(FieldSet ignored) => new(Added.Without(ignored), Modified.Without(ignored), Removed.Without(ignored));
}
