namespace Handcarry.Lab.Api.Storage;

/// <summary>Where an object of one resource is kept; the namespace is empty for cluster-scoped ones.</summary>
internal readonly record struct ObjectKey(string Namespace, string Name) : IComparable<ObjectKey>
{
    public int CompareTo(ObjectKey other) =>
        string.CompareOrdinal(Namespace, other.Namespace) is var byNamespace and not 0
            ? byNamespace
            : string.CompareOrdinal(Name, other.Name);
}
