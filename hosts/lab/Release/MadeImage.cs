using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Lab.Release;

/// <summary>An image that was made.</summary>
/// <param name="Tag">Its tag in the release, or <c>release</c>.</param>
/// <param name="Blobs">Its name by digest and everything that belongs to it.</param>
/// <param name="Layers">Its layers, base first.</param>
internal sealed record MadeImage(string Tag, BundleImage Blobs, IReadOnlyList<Layer> Layers)
{
    /// <summary>Its name by digest, as the release refers to it.</summary>
    public ImageName Name => Blobs.Name;

    /// <summary>Its manifest, or its manifest list.</summary>
    public Descriptor Manifest => Blobs.Manifests[0];
}
