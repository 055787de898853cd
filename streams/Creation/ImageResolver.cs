using System.Collections.Concurrent;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry.Client;
using Handcarry.Streams.Releases;

namespace Handcarry.Streams.Creation;

/// <summary>Finds out of what images are made: their manifests and configurations, fetched once, kept in the cache.</summary>
internal sealed class ImageResolver(RegistryClient client, BlobCache cache)
{
    // Genuine configurations have up to some 50 KB; a signature's payload less.
    private const long MaxSmall = 8 << 20;

    private readonly ConcurrentDictionary<Digest, ImageReference> _sources = new();
    private readonly ConcurrentDictionary<Digest, Digest> _diffIds = new();

    public IReadOnlyDictionary<Digest, ImageReference> Sources => _sources;

    public IReadOnlyDictionary<Digest, Digest> DiffIds => _diffIds;

    /// <summary>What the reference stands for; a tag is looked up now.</summary>
    public async Task<FetchedManifest> ManifestAsync(ImageReference reference, CancellationToken ct)
    {
        if (reference.Digest is { } digest && cache.Find(digest) is { } kept)
            return new FetchedManifest(new Descriptor(ManifestDocument.MediaTypeOf(kept), digest, kept.Length), kept);
        var manifest = await client.GetManifestAsync(reference, ct);
        cache.Add(manifest.Bytes.Span);
        return manifest;
    }

    /// <summary>An image with all its instances for these architectures (Go's words); null means all of them.</summary>
    public async Task<BundleImage> ResolveAsync(ImageReference reference, FetchedManifest top, IReadOnlyList<string>? architectures, CancellationToken ct)
    {
        var name = new ImageName(reference.Name, top.Descriptor.Digest);
        List<Descriptor> manifests = [Plain(top.Descriptor)], configs = [], layers = [];
        if (!MediaTypes.IsIndex(top.Descriptor.MediaType))
        {
            await AddAsync(reference, top, configs, layers, ct);
            return new BundleImage(name, manifests, configs, layers);
        }
        var instances = ImageIndex.Parse(top.Bytes).Manifests.Where(m => MediaTypes.IsManifest(m.MediaType)
            && (architectures is null || (m.Platform is { Os: "linux" } platform && architectures.Contains(platform.Architecture)))).ToList();
        var missing = architectures?.Except(instances.Select(static i => i.Platform!.Architecture)).ToList() ?? [];
        if (instances.Count == 0 || missing.Count > 0)
            throw new ContentException(Reasons.InvalidImage, $"{name} does not exist for {string.Join(", ", missing.Select(Architecture.FromGo))}. Leave the image out, or choose another --keep-arch.") { Digest = name.Digest };
        foreach (var instance in instances)
        {
            var manifest = await ManifestAsync(reference.WithDigest(instance.Digest), ct);
            manifests.Add(Plain(manifest.Descriptor));
            await AddAsync(reference, manifest, configs, layers, ct);
        }
        return new BundleImage(name, manifests, configs, [.. layers.DistinctBy(static l => l.Digest)]);
    }

    /// <summary>The image's sigstore signatures; null when the registry has none.</summary>
    public async Task<BundleAttachment?> AttachmentAsync(ImageName subject, CancellationToken ct)
    {
        var reference = ImageReference.Of(subject).WithTag(BundleAttachment.TagOf(subject.Digest));
        if (await client.FindManifestAsync(reference, ct) is not { } found)
            return null;
        cache.Add(found.Bytes.Span);
        var manifest = ImageManifest.Parse(found.Bytes);
        List<Descriptor> blobs = [manifest.Config, .. manifest.Layers.DistinctBy(static l => l.Digest)];
        foreach (var blob in blobs)
            await SmallAsync(reference, blob, ct);
        return new BundleAttachment(subject, Plain(found.Descriptor), [.. blobs.Select(Plain)]);
    }

    /// <summary>A small blob, from the cache or the registry.</summary>
    public async Task<byte[]> SmallAsync(ImageReference repository, Descriptor blob, CancellationToken ct)
    {
        if (cache.Find(blob.Digest) is { } kept)
            return kept;
        var bytes = await client.GetBlobAsync(repository, blob, MaxSmall, ct);
        cache.Add(bytes);
        return bytes;
    }

    private async Task AddAsync(ImageReference reference, FetchedManifest fetched, List<Descriptor> configs, List<Descriptor> layers, CancellationToken ct)
    {
        var name = $"{reference.Name}@{fetched.Descriptor.Digest}";
        var manifest = ImageManifest.Parse(fetched.Bytes);
        var config = ImageConfig.Parse(await SmallAsync(reference, manifest.Config, ct), name);
        if (config.DiffIds.Count != manifest.Layers.Count)
            throw new ContentException(Reasons.InvalidImage, $"{name} has {manifest.Layers.Count} layers, but {config.DiffIds.Count} in its configuration.") { Digest = fetched.Descriptor.Digest };
        for (var i = 0; i < manifest.Layers.Count; i++)
        {
            var layer = manifest.Layers[i].Digest;
            _sources.TryAdd(layer, reference);
            if (_diffIds.GetOrAdd(layer, config.DiffIds[i]) != config.DiffIds[i])
                throw new ContentException(Reasons.InvalidImage, $"Images disagree about what layer {layer}, one of {name}, is when decompressed.") { Digest = layer };
        }
        configs.Add(Plain(manifest.Config));
        layers.AddRange(manifest.Layers.Select(Plain).DistinctBy(static l => l.Digest));
    }

    // What an index says besides is of no use in a bundle, and would make equal blobs unequal.
    private static Descriptor Plain(Descriptor descriptor) => new(descriptor.MediaType, descriptor.Digest, descriptor.Size);
}
