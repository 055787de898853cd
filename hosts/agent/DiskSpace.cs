using Handcarry.Actors.Node;

namespace Handcarry.Agent;

/// <summary>Free space where blobs and images go.</summary>
internal static class DiskSpace
{
    public static async ValueTask<SpaceFacts> ReadAsync(string blobs, IImageStore images, CancellationToken cancellationToken)
    {
        var free = new DriveInfo(blobs).AvailableFreeSpace;
        var store = await images.FreeBytesAsync(cancellationToken);
        // Blobs and stores lie in one state folder by default. Two file systems hardly ever have the same number of free bytes; should they, the
        // need of both is asked of one of them, which errs on the safe side.
        return new SpaceFacts(free, store, free == store);
    }
}
