namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>A store to be read.</summary>
/// <param name="Path">Its top folder.</param>
/// <param name="OwnersKnown">
/// False when it was unpacked without the rights to restore owners, devices, set-user-id bits and attributes. It is then a private copy: what its modes forbid to
/// read is made readable for as long as it is read.
/// </param>
public sealed record StoreView(string Path, bool OwnersKnown);
