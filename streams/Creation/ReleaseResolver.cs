using System.Collections.Concurrent;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry.Client;
using Handcarry.Streams.Releases;

namespace Handcarry.Streams.Creation;

/// <summary>
/// Finds out what a bundle is to be made of:
/// <list type="number">
/// <item>the release image, and in its last layer the list of the images;</item>
/// <item>the manifests and configurations of all of them, several at a time;</item>
/// <item>their sigstore attachments, where the registry has some.</item>
/// </list>
/// What is missing is found out here, all of it, before the first layer is fetched.
/// </summary>
public sealed class ReleaseResolver
{
    private const int AtATime = 16;
    private const int MostNamed = 10;
    private const long MaxReleaseLayer = 64 << 20;

    private readonly RegistryClient _client;
    private readonly BlobCache _cache;
    private readonly ImageResolver _images;

    /// <summary>Makes one.</summary>
    /// <param name="client">Reaches the registries.</param>
    /// <param name="cacheFolder">Where manifests and other small blobs are kept; made when it is not there.</param>
    public ReleaseResolver(RegistryClient client, string cacheFolder)
    {
        _client = client;
        _cache = new BlobCache(cacheFolder);
        _images = new ImageResolver(client, _cache);
    }

    /// <summary>Digest of the release image, which a tag is looked up for.</summary>
    public async Task<ImageName> NameAsync(ImageReference release, CancellationToken ct) =>
        new(release.Name, (await _images.ManifestAsync(release, ct)).Descriptor.Digest);

    /// <summary>Resolves all of it.</summary>
    /// <param name="request">What is wanted; its release by digest.</param>
    /// <param name="progress">Hears of each image that is done.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="ContentException">
    /// <see cref="Reasons.NotARelease"/>, <see cref="Reasons.NotByDigest"/>, <see cref="Reasons.InvalidImage"/>, and those of <see cref="RegistryClient"/>.
    /// </exception>
    public async Task<ResolvedRelease> ResolveAsync(BundleRequest request, IProgress<(int Done, int All)>? progress, CancellationToken ct)
    {
        var top = await _images.ManifestAsync(request.Release, ct);
        var isList = MediaTypes.IsIndex(top.Descriptor.MediaType);
        var wanted = request.Architectures.Select(Architecture.ToGo).ToList();
        var release = await _images.ResolveAsync(request.Release, top, isList && wanted.Count > 0 ? wanted : null, ct);
        var architectures = await ArchitecturesAsync(request, release, ct);
        if (!isList && wanted.Count > 0 && !wanted.SequenceEqual(architectures))
            throw new ContentException(Reasons.InvalidImage, $"The release {release.Name} is for {Architecture.FromGo(architectures[0])} alone, not for {string.Join(", ", request.Architectures)}.") { Digest = release.Name.Digest };
        var payload = await PayloadAsync(request.Release, release, ct);
        if (request.Version is { } version && version != payload.Version)
            throw new ContentException(Reasons.NotARelease, $"{release.Name} is release {payload.Version}, not {version}.") { Digest = release.Name.Digest };

        var names = payload.Images.Select(static image => ImageReference.Of(image.Name)).Concat(request.ExtraImages).DistinctBy(static r => r.ToString()).ToList();
        var images = new ConcurrentDictionary<string, BundleImage>();
        var attachments = new ConcurrentBag<BundleAttachment>();
        var done = 0;
        await EachAsync(names, async (reference, token) =>
        {
            var image = await _images.ResolveAsync(reference, await _images.ManifestAsync(reference, token), architectures, token);
            images[reference.ToString()] = image;
            progress?.Report((Interlocked.Increment(ref done), names.Count));
        }, ct);
        var all = images.Values.Append(release).DistinctBy(static image => image.Name).ToList();
        await EachAsync(all.SelectMany(static image => image.Manifests.Select(m => image.Name with { Digest = m.Digest })).Distinct(), async (subject, token) =>
        {
            if (await _images.AttachmentAsync(subject, token) is { } attachment)
                attachments.Add(attachment);
        }, ct);

        var ofRelease = payload.Images.Select(static image => image.Name).Append(release.Name).ToHashSet();
        return new ResolvedRelease
        {
            Payload = payload,
            Contents = new BundleContents
            {
                Version = payload.Version,
                Arch = architectures.Count == 1 ? Architecture.FromGo(architectures[0]) : Architecture.Multi,
                Release = release.Name,
                Images = all,
                Extra = [.. request.ExtraImages.Select(extra => images[extra.ToString()].Name).Where(name => !ofRelease.Contains(name)).Distinct()],
                Attachments = [.. attachments],
                Previous = payload.Previous,
                Channels = payload.Channels,
            },
            Sources = _images.Sources,
            DiffIds = _images.DiffIds,
            GoArchitectures = architectures,
        };
    }

    /// <summary>The release with one more image, which is on this machine: no registry is asked for anything of it.</summary>
    /// <param name="release">What <see cref="ResolveAsync"/> gave.</param>
    /// <param name="name">What the image is called in the bundle.</param>
    /// <param name="archive">The image.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="ContentException"><see cref="Reasons.InvalidImage"/>: it is damaged, or not for the release's architectures.</exception>
    public async Task<ResolvedRelease> AddAsync(ResolvedRelease release, ImageName name, ImageArchive archive, CancellationToken ct)
    {
        foreach (var blob in archive.Documents())
            _cache.Add(blob.Span);
        var reference = ImageReference.Of(name);
        var image = await _images.ResolveAsync(reference, await _images.ManifestAsync(reference, ct), release.GoArchitectures, ct);
        foreach (var config in image.Configs)
        {
            if (ImageConfig.Parse(archive.Read(config.Digest), name.ToString()).Architecture is var own && !release.GoArchitectures.Contains(own))
                throw new ContentException(Reasons.InvalidImage, $"{archive.Path} is for {Architecture.FromGo(own)}, the release for {string.Join(", ", release.GoArchitectures.Select(Architecture.FromGo))}.") { Digest = name.Digest };
        }
        var contents = release.Contents;
        return release with { Contents = contents with { Images = [.. contents.Images.Where(other => other.Name != name), image], Extra = [.. contents.Extra.Where(other => other != name), name] } };
    }

    /// <summary>The bytes of a manifest, configuration or other small blob of what was resolved; null for any other.</summary>
    public byte[]? Find(Digest digest) => _cache.Find(digest);

    /// <summary>Keeps a small blob that comes from elsewhere, such as a signature.</summary>
    public Descriptor Add(string mediaType, ReadOnlySpan<byte> bytes) => new(mediaType, _cache.Add(bytes), bytes.Length);

    private async Task<IReadOnlyList<string>> ArchitecturesAsync(BundleRequest request, BundleImage release, CancellationToken ct)
    {
        var architectures = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var config in release.Configs)
            architectures.Add(ImageConfig.Parse(await _images.SmallAsync(request.Release, config, ct), release.Name.ToString()).Architecture);
        return [.. architectures];
    }

    // In a release for several architectures the payload is the same in all of them.
    private async Task<ReleasePayload> PayloadAsync(ImageReference reference, BundleImage release, CancellationToken ct)
    {
        var manifest = release.Manifests.First(static m => MediaTypes.IsManifest(m.MediaType));
        var bytes = _cache.Find(manifest.Digest) ?? throw new InvalidOperationException($"{manifest.Digest} has been resolved.");
        if (ImageManifest.Parse(bytes).Layers is not [.., var last])
            throw new ContentException(Reasons.NotARelease, $"{release.Name} is no OpenShift release: it has no layers.") { Digest = release.Name.Digest };
        var layer = _cache.Find(last.Digest);
        if (layer is null)
            _cache.Add(layer = await _client.GetBlobAsync(reference, last, MaxReleaseLayer, ct));
        await using var plain = LayerUnpacking.Open(new MemoryStream(layer, writable: false));
        return ReleasePayload.Read(plain, release.Name.ToString());
    }

    // One image that is missing shall not hide the next: all are tried, and all failures told.
    private static async Task EachAsync<T>(IEnumerable<T> items, Func<T, CancellationToken, Task> action, CancellationToken ct)
    {
        var failures = new ConcurrentQueue<ContentException>();
        await Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = ct }, async (item, token) =>
        {
            try
            {
                if (failures.Count < MostNamed)
                    await action(item, token);
            }
            catch (ContentException e)
            {
                failures.Enqueue(e);
            }
        });
        if (failures.TryDequeue(out var first))
        {
            throw failures.IsEmpty
                ? first
                : new ContentException(first.Reason, string.Join('\n', failures.Prepend(first).Select(static f => f.Message).Order(StringComparer.Ordinal)), first);
        }
    }
}
