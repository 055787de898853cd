using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Devices;

/// <summary>What <see cref="DeviceWriter.WriteAsync"/> has put on a device.</summary>
/// <param name="Digest">Digest of the whole bundle as it was read.</param>
/// <param name="Bytes">Size of the bundle.</param>
/// <param name="FirstBlock">What belongs into the first block, where there are zeros until <see cref="DeviceWriter.FinishAsync"/>.</param>
/// <param name="Pieces">The bundle's pieces, then the stretches that were zeroed.</param>
public sealed record DeviceCopy(Digest Digest, long Bytes, ReadOnlyMemory<byte> FirstBlock, IReadOnlyList<WrittenPiece> Pieces);
