namespace Handcarry.Streams.Bundles.Verification;

/// <summary>Reads a medium at a place, as <see cref="PartedFile.Read"/> does.</summary>
internal delegate int ReadAt(Span<byte> destination, long offset);
