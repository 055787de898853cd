using Handcarry.Streams.Content;

namespace Handcarry.Streams.Registry.Client;

/// <summary>What a fetch is for.</summary>
/// <param name="What">In words, for errors and notices.</param>
/// <param name="Digest">Its digest, when it is known.</param>
/// <param name="LastDecides">
/// When the last place says that it has none, then there is none, even if others do not answer: a mirror that is down must not delay
/// the absence of a signature. Not for blobs: their manifest says that they exist.
/// </param>
/// <param name="MayBeMissing">
/// When one place says that it has none and nobody else can be reached, then there is none: behind a mirror, the registries that it mirrors
/// often cannot be reached at all.
/// </param>
internal sealed record Wanted(string What, Digest? Digest, bool LastDecides, bool MayBeMissing = false);
