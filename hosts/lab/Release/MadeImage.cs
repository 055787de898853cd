using Handcarry.Streams.Content;

namespace Handcarry.Lab.Release;

/// <summary>An image that was made.</summary>
/// <param name="Tag">Its tag in the release, or <c>release</c>.</param>
/// <param name="Name">Its name by digest, as the release refers to it.</param>
/// <param name="MediaType">Media type of its manifest or manifest list.</param>
/// <param name="ManifestSize">Bytes of that.</param>
/// <param name="Layers">Its layers, base first.</param>
internal sealed record MadeImage(string Tag, ImageName Name, string MediaType, long ManifestSize, IReadOnlyList<Layer> Layers);
