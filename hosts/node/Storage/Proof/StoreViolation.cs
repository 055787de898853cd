using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>One thing that is wrong with a sealed store.</summary>
/// <param name="Reason">One of <see cref="Reasons"/>.</param>
/// <param name="Path">Where in the store, from its top; bytes that are no text are shown as replacement characters.</param>
/// <param name="Image">The image concerned, when one is.</param>
/// <param name="Layer">The layer concerned, by the digest of its tar stream, when one is.</param>
/// <param name="Sentence">What is wrong, for people.</param>
public sealed record StoreViolation(string Reason, string Path, ImageName? Image, Digest? Layer, string Sentence);
