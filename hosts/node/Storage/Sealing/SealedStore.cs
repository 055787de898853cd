using Handcarry.Hosts.Node.Storage.Proof;

namespace Handcarry.Hosts.Node.Storage.Sealing;

/// <summary>A store that was sealed.</summary>
/// <param name="Path">The squashfs, durable on disk.</param>
/// <param name="Size">Its bytes, a multiple of 4096.</param>
/// <param name="Proof">The proof of the store before it was packed; it holds.</param>
public sealed record SealedStore(string Path, long Size, StoreProof Proof);
