using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>An image that a sealed store must hold, as the bundle has it. Its parts commit to each other: name, list, manifest, configuration.</summary>
public sealed record ExpectedImage
{
    /// <summary>Makes one from its documents.</summary>
    /// <param name="name">Its name by the digest of the list, or of the manifest when it is in no list.</param>
    /// <param name="list">The manifest list or index that the name stands for; null when it stands for the manifest itself.</param>
    /// <param name="manifest">The manifest of the bundle's architecture.</param>
    /// <param name="config">The image's configuration.</param>
    /// <exception cref="ContentException"><see cref="Reasons.DigestMismatch"/> when they do not belong together, <see cref="Reasons.InvalidBundle"/> when one cannot be read.</exception>
    public ExpectedImage(ImageName name, byte[]? list, byte[] manifest, byte[] config)
    {
        Name = name;
        List = list is null ? (ReadOnlyMemory<byte>?)null : list;
        Manifest = manifest;
        Config = config;
        ManifestDigest = Digest.Of(manifest);
        ConfigDigest = Digest.Of(config);
        var parsed = ImageManifest.Parse(manifest);
        ManifestMediaType = parsed.MediaType;
        Layers = parsed.Layers;
        DiffIds = ImageDiffIds.Parse(config, name);
        if (name.Digest != Digest.Of(list ?? manifest))
            throw Mismatch("manifest is not the one that the name stands for");
        if (parsed.Config.Digest != ConfigDigest)
            throw Mismatch("configuration is not the one that the manifest names");
        if (list is not null)
        {
            var index = ImageIndex.Parse(list);
            ListMediaType = index.MediaType;
            if (index.Manifests.All(instance => instance.Digest != ManifestDigest))
                throw Mismatch("manifest is not one of those that the list names");
        }
    }

    /// <summary>Its name, as the runtime will be asked for it.</summary>
    public ImageName Name { get; }

    /// <summary>The manifest list or index; null for a single image.</summary>
    public ReadOnlyMemory<byte>? List { get; }

    /// <summary>The manifest.</summary>
    public ReadOnlyMemory<byte> Manifest { get; }

    /// <summary>The configuration.</summary>
    public ReadOnlyMemory<byte> Config { get; }

    /// <summary>Digest of <see cref="Manifest"/>.</summary>
    public Digest ManifestDigest { get; }

    /// <summary>Digest of <see cref="Config"/>; its hex digits are the image's id in a store.</summary>
    public Digest ConfigDigest { get; }

    /// <summary>Media type of <see cref="Manifest"/>.</summary>
    public string ManifestMediaType { get; }

    /// <summary>Media type of <see cref="List"/>; null for a single image.</summary>
    public string? ListMediaType { get; }

    /// <summary>The layers as the manifest has them, the base first.</summary>
    public IReadOnlyList<Descriptor> Layers { get; }

    /// <summary>Digests of the layers' tar streams, the base first.</summary>
    public IReadOnlyList<Digest> DiffIds { get; }

    private ContentException Mismatch(string what) =>
        new(Reasons.DigestMismatch, $"Image {Name}: its {what}. Fetch the image again.") { Digest = Name.Digest };
}
