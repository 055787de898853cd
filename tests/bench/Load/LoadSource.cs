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

    /// <inheritdoc/>
    public ValueTask<ImageBlobs> OpenAsync(ExpectedImage image, CancellationToken cancellationToken) => ValueTask.FromResult(new ImageBlobs(Release.BlobsPath));

    // In a list, this machine's manifest and configuration are the first after it.
    private ExpectedImage Expect(BundleImage image)
    {
        var isList = MediaTypes.IsIndex(image.Manifests[0].MediaType);
        return new ExpectedImage(image.Name, isList ? Read(image.Manifests[0]) : null, Read(image.Manifests[isList ? 1 : 0]), Read(image.Configs[0]));
    }

    private byte[] Read(Descriptor blob) => File.ReadAllBytes(Path.Combine(Release.BlobsPath, "sha256", blob.Digest.Hex));
}
