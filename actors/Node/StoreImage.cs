using Handcarry.Streams.Content;

namespace Handcarry.Actors.Node;

/// <summary>An image to import.</summary>
/// <param name="Name">Its name by digest, under which the runtime will be asked for it.</param>
/// <param name="ManifestMediaType">Media type of its manifest or manifest list.</param>
/// <param name="ManifestSize">Size of the manifest in bytes.</param>
public sealed record StoreImage(ImageName Name, string ManifestMediaType, long ManifestSize);
