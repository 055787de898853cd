namespace Handcarry.Streams.Content;

/// <summary>What an image runs on, in Go's words: <c>linux</c>, <c>amd64</c> (OCI image-spec v1.1, image-index.md).</summary>
/// <param name="Os">Operating system.</param>
/// <param name="Architecture">Processor.</param>
/// <param name="Variant">Version of the processor, such as <c>v8</c>, when given.</param>
public sealed record Platform(string Os, string Architecture, string? Variant);
