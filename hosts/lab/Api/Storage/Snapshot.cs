namespace Handcarry.Lab.Api.Storage;

/// <summary>All objects of one resource at one moment, in the order of their keys.</summary>
/// <param name="Version">The version of the store then.</param>
/// <param name="Objects">The objects.</param>
internal sealed record Snapshot(long Version, IReadOnlyList<StoredObject> Objects);
