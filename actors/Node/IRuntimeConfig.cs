using Handcarry.Streams.Content;

namespace Handcarry.Actors.Node;

/// <summary>What the node's container runtime is told besides its images, and what it tells of itself.</summary>
public interface IRuntimeConfig
{
    /// <summary>Why the runtime would not find images of bundles, such as <c>NotArmed</c>; null when nothing is in the way.</summary>
    ValueTask<Remark?> FaultAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Has the runtime keep these images, besides those of other sets, and asks it whether it does. A set that is given again is replaced; doing it again is harmless.
    /// </summary>
    /// <exception cref="LoadException">The runtime cannot be asked or told.</exception>
    ValueTask<PinState> PinAsync(string set, IReadOnlyList<ImageName> images, CancellationToken cancellationToken);

    /// <summary>Lets go of the images of every set but one; those that are in it, too, stay pinned.</summary>
    /// <exception cref="LoadException">The runtime cannot be asked or told.</exception>
    ValueTask KeepOnlyAsync(string set, CancellationToken cancellationToken);

    /// <summary>Waits until the runtime has been started anew, now or since the last time this was asked.</summary>
    Task RestartedAsync(CancellationToken cancellationToken);
}
