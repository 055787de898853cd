using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry.Client;
using Handcarry.Streams.Releases;

namespace Handcarry.Streams.Creation;

/// <summary>Everything that goes into a bundle, known from manifests and configurations alone; its layers have not been fetched yet.</summary>
public sealed record ResolvedRelease
{
    /// <summary>What the release says of itself.</summary>
    public required ReleasePayload Payload { get; init; }

    /// <summary>The contents of a bundle that carries all layers. Signatures of the release are not among them.</summary>
    public required BundleContents Contents { get; init; }

    /// <summary>Where each layer is to be had: a repository of one of the images that have it.</summary>
    public required IReadOnlyDictionary<Digest, ImageReference> Sources { get; init; }

    /// <summary>What each layer hashes to when decompressed, as the images' configurations say.</summary>
    public required IReadOnlyDictionary<Digest, Digest> DiffIds { get; init; }

    /// <summary>Architectures whose instances are carried, as images spell them.</summary>
    public required IReadOnlyList<string> GoArchitectures { get; init; }

    /// <summary>
    /// The layers for <see cref="BundleFiller"/>, with the diff_ids of those of extra images. Those of a release are not hashed a second time: its publisher
    /// has built and installed it, its digests name these very bytes, and whoever doubts has <c>verify</c>.
    /// </summary>
    public IReadOnlyDictionary<Digest, Digest?> Measured
    {
        get
        {
            var extra = Contents.Extra.ToHashSet();
            var doubted = Contents.Images.Where(image => extra.Contains(image.Name)).SelectMany(static image => image.Layers).Select(static layer => layer.Digest).ToHashSet();
            return Layers.ToDictionary(static layer => layer.Digest, layer => doubted.Contains(layer.Digest) ? DiffIds[layer.Digest] : (Digest?)null);
        }
    }

    /// <summary>The distinct layers.</summary>
    public IEnumerable<Descriptor> Layers => Contents.Images.SelectMany(static image => image.Layers).DistinctBy(static layer => layer.Digest);
}
