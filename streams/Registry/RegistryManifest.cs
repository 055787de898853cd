using Handcarry.Streams.Content;

namespace Handcarry.Streams.Registry;

/// <summary>A manifest or index that a registry serves.</summary>
/// <param name="Repository">The path under which it can be asked for, without a host.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="MediaType">What it is served as.</param>
/// <param name="Tag">A tag of the repository that stands for it; null when there is none.</param>
/// <param name="Subject">The manifest that it is about, as its own <c>subject</c> says; null when it has none.</param>
/// <param name="Carried">Whether it belongs to a bundle; otherwise a peer has pushed it.</param>
public sealed record RegistryManifest(string Repository, Digest Digest, string MediaType, string? Tag = null, Digest? Subject = null, bool Carried = false);
