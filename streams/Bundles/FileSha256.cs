using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>A line of a <c>.sha256</c> file.</summary>
/// <param name="Name">The file, without folders.</param>
/// <param name="Digest">SHA-256 of its bytes.</param>
public sealed record FileSha256(string Name, Digest Digest);
