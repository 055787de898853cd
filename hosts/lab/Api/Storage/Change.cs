namespace Handcarry.Lab.Api.Storage;

/// <summary>One write, as watchers learn of it.</summary>
/// <param name="Version">The resourceVersion of the write.</param>
/// <param name="Before">What stood there; null for a creation.</param>
/// <param name="After">What stands there; null for a deletion.</param>
/// <param name="Last">For a deletion, the object as it last was, under the version of the deletion.</param>
internal sealed record Change(long Version, StoredObject? Before, StoredObject? After, StoredObject? Last);
