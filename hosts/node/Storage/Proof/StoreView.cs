namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>A store to be read.</summary>
/// <param name="Path">Its top folder.</param>
/// <param name="OwnersKnown">
/// False when it was unpacked without the rights to restore owners, devices, set-user-id bits and attributes. It is then a private copy: what its modes forbid to
/// read is made readable for as long as it is read.
/// </param>
public sealed record StoreView(string Path, bool OwnersKnown)
{
    /// <summary>Where <see cref="Path"/> is a squashfs that is mounted: what it is mounted from. Then it may be mounted again, unseen, so that layers that are read side by side do not wait for each other.</summary>
    public SealedStoreFile? File { get; init; }
}
