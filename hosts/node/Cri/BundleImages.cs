using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Cri;

/// <summary>What the documents of a bundle's images say, as far as this node keeps them.</summary>
/// <param name="blobs">The node's blobs.</param>
/// <param name="architecture">The node's processor, in Go's words.</param>
public sealed class BundleImages(BlobStore blobs, string architecture)
{
    // containers/image and Handcarry itself take none that is larger (ImageIndex.Parse).
    private const long MaxDocument = 4 << 20;

    /// <summary>The image by all names that the runtime will be asked for it; by its name alone when the document it stands for is not here.</summary>
    /// <exception cref="ContentException">The document cannot be understood.</exception>
    public async ValueTask<WantedImage> WantedAsync(ImageName name, CancellationToken cancellationToken)
    {
        if (!blobs.Contains(name.Digest))
            return new WantedImage(name);
        var document = await blobs.ReadAllAsync(name.Digest, MaxDocument, cancellationToken);
        return MediaTypes.IsIndex(ManifestDocument.MediaTypeOf(document)) ? new WantedImage(name, InstanceOf(document)) : new WantedImage(name);
    }

    /// <summary>The layers of the image, and what of its documents and layers is not here.</summary>
    /// <exception cref="ContentException">A document cannot be understood.</exception>
    public async ValueTask<(IReadOnlyList<Descriptor> Layers, IReadOnlyList<Digest> Absent)> ContentAsync(WantedImage image, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        var manifest = image.Instance ?? image.Name.Digest;
        if (!blobs.Contains(manifest))
            return ([], [manifest]);
        var parsed = ImageManifest.Parse(await blobs.ReadAllAsync(manifest, MaxDocument, cancellationToken));
        return (parsed.Layers, [.. parsed.Layers.Select(static layer => layer.Digest).Append(parsed.Config.Digest).Where(digest => !blobs.Contains(digest))]);
    }

    // The bundle is of one architecture: where a list names several manifests of it, the first that is here is meant.
    private Digest? InstanceOf(byte[] list)
    {
        var fitting = ImageIndex.Parse(list).Manifests.Where(manifest => manifest.Platform is null || (manifest.Platform.Os == "linux" && manifest.Platform.Architecture == architecture)).ToList();
        return (fitting.Find(manifest => blobs.Contains(manifest.Digest)) ?? fitting.FirstOrDefault())?.Digest;
    }
}
