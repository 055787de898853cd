using Handcarry.Actors.Node;

namespace Handcarry.Actors.Cluster;

/// <summary>A node, as status shows it.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Stage">Its stage.</param>
/// <param name="BytesHeld">Bytes of the bundle's blobs that are verified and kept there.</param>
/// <param name="ImagesLoaded">Images imported there.</param>
/// <param name="Extracted">Condition: all blobs are there, verified.</param>
/// <param name="Loaded">Condition: all images are in the runtime's store.</param>
/// <param name="Reason">Reason word when it has a problem or waits for something, else empty.</param>
/// <param name="Message">One sentence for that.</param>
public sealed record NodeView(
    string Name,
    Stage Stage,
    long BytesHeld,
    int ImagesLoaded,
    bool Extracted,
    bool Loaded,
    string Reason = "",
    string Message = "");
