using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Devices;

/// <summary>A stretch of a device and what must be there.</summary>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="Length">Bytes, at most <see cref="DeviceWriter.PieceBytes"/>.</param>
/// <param name="Digest">Digest of the bytes written.</param>
public sealed record WrittenPiece(long Offset, int Length, Digest Digest);
