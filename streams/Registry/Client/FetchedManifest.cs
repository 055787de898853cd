using Handcarry.Streams.Content;

namespace Handcarry.Streams.Registry.Client;

/// <summary>A manifest or index as a registry gave it, checked against its digest.</summary>
/// <param name="Descriptor">
/// Digest and size of the bytes, and what they are: what they say themselves, and only where they don't, what the registry said.
/// </param>
/// <param name="Bytes">The bytes, unchanged.</param>
public sealed record FetchedManifest(Descriptor Descriptor, ReadOnlyMemory<byte> Bytes);
