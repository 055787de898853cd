using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>An image as images.json has it.</summary>
/// <param name="Id">64 hex digits: the digest of its configuration.</param>
/// <param name="Digest">Digest of its manifest, or of the list it was taken from.</param>
/// <param name="Names">Names under which it is found.</param>
/// <param name="Layer">Id of its top layer; null when it has none.</param>
/// <param name="Documents">Names of its manifests, configuration and signatures, with the digest and size that are claimed of each.</param>
internal sealed record ImageRecord(string Id, Digest Digest, IReadOnlyList<string> Names, string? Layer, IReadOnlyDictionary<string, (Digest Digest, long Size)> Documents);
