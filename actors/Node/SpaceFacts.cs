namespace Handcarry.Actors.Node;

/// <summary>Free space on a node.</summary>
/// <param name="FreeForBlobs">Bytes free on the file system of the blobs.</param>
/// <param name="FreeForStore">Bytes free on the file system of the image store.</param>
/// <param name="OneFileSystem">Whether these are one file system.</param>
public sealed record SpaceFacts(long FreeForBlobs, long FreeForStore, bool OneFileSystem);
