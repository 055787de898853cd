using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Cri;

namespace Handcarry.Agent;

/// <summary>Free space where blobs and images go.</summary>
/// <param name="blobs">The folder of the blobs.</param>
/// <param name="images">The store of the images, which may have to ask the node's runtime.</param>
/// <param name="time">For the patience with the runtime.</param>
internal sealed class DiskSpace(string blobs, IImageStore images, TimeProvider time)
{
    // Longer than a runtime that is being restarted is asked again (CriOptions), and much shorter than one that hangs is waited for: the node reports meanwhile.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The free space now. A runtime that does not say where it keeps images leaves the room for them unknown.</summary>
    /// <exception cref="IOException">The file system of the blobs cannot be asked.</exception>
    public async ValueTask<SpaceFacts> ReadAsync(CancellationToken cancellationToken)
    {
        var free = new DriveInfo(blobs).AvailableFreeSpace;
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var store = await images.FreeBytesAsync(either.Token);
            // Blobs and stores lie in one state folder by default. Two file systems hardly ever have the same number of free bytes; should they, the
            // need of both is asked of one of them, which errs on the safe side.
            return new SpaceFacts(free, store, free == store);
        }
        catch (LoadException e)
        {
            return new SpaceFacts(free, 0, false) { Unknown = new Remark(e.Reason, e.Message) };
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            var sentence = $"The container runtime of this node has not said within {Patience.TotalSeconds:0} s where it keeps images. Look for a failing or overloaded disk; it is asked again.";
            return new SpaceFacts(free, 0, false) { Unknown = new Remark(RuntimeReasons.RuntimeSlow, sentence) };
        }
    }
}
