namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>A stretch of a bundle.</summary>
/// <param name="Start">Where it begins, in bytes from the start of the bundle.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Name">What it is called in messages.</param>
/// <param name="Bytes">What it is read from; null for a part that is not here.</param>
internal sealed record BundlePiece(long Start, long Length, string Name, IPartBytes? Bytes);
