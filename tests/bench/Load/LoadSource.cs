using Handcarry.Actors.Node;
using Handcarry.Bench.Create;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Processes;
using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Hosts.Node.Storage.Sealing;
using Handcarry.Lab.Release;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Bench.Load;

/// <summary>A release in every form in which it is loaded: blobs in a folder, and the sealed store of all its images.</summary>
internal sealed class LoadSource : IImageBlobSource
{
    private LoadSource(BenchRelease release, string store) => (Release, Store) = (release, store);

    public BenchRelease Release { get; }

    /// <summary>The sealed store.</summary>
    public string Store { get; }

    /// <summary>Bytes of the sealed store.</summary>
    public long StoreBytes => new FileInfo(Store).Length;

    /// <summary>The images' names by digest.</summary>
    public IReadOnlyList<string> Names => [.. Release.Images.Select(static image => image.Name.ToString())];

    /// <summary>The images as a sealed store must hold them.</summary>
    public IReadOnlyList<ExpectedImage> Expected => [.. Release.Images.Select(Expect)];

    /// <summary>The images as a layer store imports them.</summary>
    public IReadOnlyList<StoreImage> Imported =>
        [.. Release.Images.Select(static image => new StoreImage(image.Name, image.Manifests[0].MediaType, image.Manifests[0].Size))];

    /// <summary>The images as the runtime is asked for them.</summary>
    public IReadOnlyList<WantedImage> Wanted =>
        [.. Release.Images.Select(static image => new WantedImage(image.Name, MediaTypes.IsIndex(image.Manifests[0].MediaType) ? image.Manifests[1].Digest : null))];

    /// <summary>Makes the release, of this machine's files, and seals it.</summary>
    /// <param name="plan">Its images and layers.</param>
    /// <param name="folder">Where it goes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<LoadSource> MakeAsync(ReleasePlan plan, string folder, CancellationToken cancellationToken)
    {
        var program = await ProgramFiles.FindAsync(cancellationToken);
        var release = BenchRelease.Make(plan, MachineFiles.Find(), Path.Combine(folder, "release"), (layer, name) =>
        {
            if (name == MadeRelease.ProgramTag)
                program.AddTo(layer);
        });
        var source = new LoadSource(release, Path.Combine(folder, "store.squashfs"));
        var sealer = new StoreSealer(new StoreSealerOptions { ScratchPath = Path.Combine(folder, "scratch") }, new SystemProcessRunner(TimeProvider.System));
        await sealer.SealAsync(
            new SealingOrder(source.Expected, new ReleaseOptions().GoArch, source.Store, release.UnpackedBytes, release.LayerBytes), source, null, cancellationToken);
        return source;
    }

    /// <summary>Has the sealed store and the documents of all images among a node's blobs, as after carrying; and the bundle that says so.</summary>
    public async Task<SealedBundle> ArriveAsync(BlobStore blobs, CancellationToken cancellationToken)
    {
        var (known, images) = (new List<InventoryBlob>(), new List<InventoryImage>());
        foreach (var image in Release.Images)
        {
            var first = known.Count;
            foreach (var document in image.Manifests.Concat(image.Configs))
                known.Add(await PutAsync(blobs, Path.Combine(Release.BlobsPath, "sha256", document.Digest.Hex), document.MediaType, cancellationToken));
            images.Add(new InventoryImage(image.Name.ToString(), first, [.. Enumerable.Range(first, known.Count - first)]));
        }
        known.Add(await PutAsync(blobs, Store, MediaTypes.SealedStore, cancellationToken));
        var inventory = new BundleInventory
        {
            Version = "4.0.1",
            Arch = "x86_64",
            UnpackedSize = Release.UnpackedBytes,
            Store = StoreKind.Sealed,
            Previous = [],
            Channels = [],
            Blobs = known,
            Images = images,
            Release = 0,
            Extra = [],
            Signatures = [],
            Attachments = [],
            SealedStore = known.Count - 1,
        };
        return new SealedBundle(known[^1].Digest, inventory);
    }

    /// <inheritdoc/>
    public ValueTask<ImageBlobs> OpenAsync(ExpectedImage image, CancellationToken cancellationToken) => ValueTask.FromResult(new ImageBlobs(Release.BlobsPath));

    // Chunk by chunk, into space that is kept for it, as what is drawn.
    private static async Task<InventoryBlob> PutAsync(BlobStore blobs, string path, string mediaType, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        var (chunks, buffer) = (new List<Digest>(), new byte[BlobSpec.ChunkSize]);
        while (await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken) is > 0 and var read)
            chunks.Add(Digest.Of(buffer.AsSpan(0, read)));
        file.Position = 0;
        var digest = Digest.FromHash(await System.Security.Cryptography.SHA256.HashDataAsync(file, cancellationToken));
        var blob = new InventoryBlob(mediaType, digest, file.Length, chunks.Count > 1 ? chunks : []);
        await using var ingest = await blobs.BeginAsync(blob.ToSpec(), cancellationToken);
        if (ingest is null)
            return blob;
        file.Position = 0;
        while (await file.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            ingest.Append(buffer.AsSpan(0, read));
        await ingest.CompleteAsync(cancellationToken);
        return blob;
    }

    // In a list, this machine's manifest and configuration are the first after it.
    private ExpectedImage Expect(BundleImage image)
    {
        var isList = MediaTypes.IsIndex(image.Manifests[0].MediaType);
        return new ExpectedImage(image.Name, isList ? Read(image.Manifests[0]) : null, Read(image.Manifests[isList ? 1 : 0]), Read(image.Configs[0]));
    }

    private byte[] Read(Descriptor blob) => File.ReadAllBytes(Path.Combine(Release.BlobsPath, "sha256", blob.Digest.Hex));
}
