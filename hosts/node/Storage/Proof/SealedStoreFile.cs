namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>Where the squashfs of a sealed store is.</summary>
/// <param name="Path">The file or block device that holds it.</param>
/// <param name="Offset">Where it begins, in bytes; a multiple of 512, as every entry of a tar.</param>
/// <param name="Size">Its bytes.</param>
public sealed record SealedStoreFile(string Path, long Offset, long Size);
