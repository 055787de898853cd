namespace Handcarry.Streams.Content;

/// <summary>What a manifest or an index says of a blob (OCI image-spec v1.1, descriptor.md).</summary>
/// <param name="MediaType">What the bytes are; see <see cref="MediaTypes"/>.</param>
/// <param name="Digest">Digest of the bytes.</param>
/// <param name="Size">Length in bytes, 0 or more.</param>
public sealed record Descriptor(string MediaType, Digest Digest, long Size)
{
    /// <summary>What the image runs on; only in an index, and not always there.</summary>
    public Platform? Platform { get; init; }

    /// <summary>Kind of the artifact when it is not an image; only in an index, and not always there.</summary>
    public string? ArtifactType { get; init; }
}
