namespace Handcarry.Actors.Node;

/// <summary>Where one node stands (DESIGN, "Actors").</summary>
public enum Stage
{
    /// <summary>Nothing asked of it.</summary>
    Waiting,

    /// <summary>Blobs are coming in; images that are complete are already being loaded.</summary>
    Receiving,

    /// <summary>All blobs are here; the rest of the images are being loaded and published.</summary>
    Loading,

    /// <summary>Every image is in the runtime's store.</summary>
    Ready,

    /// <summary>The cluster runs the new version.</summary>
    Upgraded,

    /// <summary>What the agent changed on the node has been undone.</summary>
    Clean,
}
