namespace Handcarry.Actors.Node;

/// <summary>Free space on a node.</summary>
/// <param name="FreeForBlobs">Bytes free on the file system of the blobs.</param>
/// <param name="FreeForStore">Bytes free on the file system of the image store; 0 while <see cref="Unknown"/>.</param>
/// <param name="OneFileSystem">Whether these are one file system.</param>
public sealed record SpaceFacts(long FreeForBlobs, long FreeForStore, bool OneFileSystem)
{
    /// <summary>Bytes where the blobs are that would be free besides, as soon as a bundle needs the room: those of bundles that the node does not work on any longer.</summary>
    public long Spare { get; init; }

    /// <summary>Why nobody can tell the room for images, such as a runtime that does not answer where it keeps them; null when it is known.</summary>
    public Remark? Unknown { get; init; }
}
