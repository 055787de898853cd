namespace Handcarry.Actors.Protocol;

/// <summary>
/// Take the digest of the file with the bundle on a medium: an administrator has pinned one that is not the bundle's commitment. The node
/// reports it as <see cref="BundleFacts.FileDigest"/>. An agent that does not know this message drops it.
/// </summary>
/// <param name="MediumId">The insertion's id on that node.</param>
public sealed record TakeDigest(string MediumId) : IWireMessage;
