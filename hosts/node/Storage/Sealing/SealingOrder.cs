using Handcarry.Hosts.Node.Storage.Proof;

namespace Handcarry.Hosts.Node.Storage.Sealing;

/// <summary>What is to be sealed, and where to.</summary>
/// <param name="Images">The images, those that share most layers next to each other for speed; any order is right.</param>
/// <param name="Architecture">Go's name of the architecture to be taken from lists, such as <c>amd64</c>.</param>
/// <param name="Output">The squashfs to be written; what is there is replaced once the new one is whole.</param>
/// <param name="UnpackedBytes">Bytes of all distinct layers, decompressed.</param>
/// <param name="CompressedBytes">Bytes of all distinct layers as the registry has them.</param>
public sealed record SealingOrder(IReadOnlyList<ExpectedImage> Images, string Architecture, string Output, long UnpackedBytes, long CompressedBytes);
