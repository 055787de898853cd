using Handcarry.Hosts.Node.Cri;

namespace Handcarry.Hosts.Node.Pins;

/// <summary>Pins images in one kind of runtime.</summary>
public interface IPins
{
    /// <summary>Pins images and lets go of others, then asks the runtime. Doing it again is harmless.</summary>
    /// <param name="images">All images that are to be pinned.</param>
    /// <param name="released">Images that were and are not to be any more.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RuntimeException">PinsFailed, or the runtime cannot be asked.</exception>
    ValueTask<PinReport> ApplyAsync(IReadOnlyList<WantedImage> images, IReadOnlyList<WantedImage> released, CancellationToken cancellationToken);
}
