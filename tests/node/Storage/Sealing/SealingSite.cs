using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Processes;
using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Hosts.Node.Storage.Sealing;
using Handcarry.Hosts.Node.Tests.Storage.Proof;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Storage.Sealing;

/// <summary>Images with everything in their layers, and the folders in which they are sealed.</summary>
internal sealed class SealingSite : IImageBlobSource, IDisposable
{
    private readonly TestFolder _folder = new();

    public SealingSite()
    {
        Tool.NeedRoot();
        Tool.Need("skopeo", "mksquashfs", "unsquashfs", "mount", "cp");
        Maker = new ImageMaker(_folder.At("blobs"));
        var everything = Maker.MakeLayer(TestTar.WithEverything());
        var top = Maker.MakeLayer(new TestTar().Add("bin/", System.Formats.Tar.TarEntryType.Directory, mode: 0x1ED).Add("bin/.wh.su").Add("top", content: new byte[3_000_000]).ToArray());
        var middle = Maker.MakeLayer("middle", [1, 2]);
        var one = Maker.Make(ImageMaker.Repository, docker: true, everything, top);
        var elsewhere = one with { Name = one.Name with { Repository = "registry.example/mirror" } };
        var (list, _) = Maker.MakeList(ImageMaker.Repository, docker: false, everything, middle, top);
        Images = [Expect(one), Expect(elsewhere), Expect(list), Expect(Maker.Make("quay.io/other/base", docker: false, everything))];
        Order = new SealingOrder(Images, ImageMaker.Architecture, _folder.At("sealed.squashfs"), 4_000_000, 1_000_000);
        Options = new StoreSealerOptions { ScratchPath = _folder.At("scratch") };
    }

    public ImageMaker Maker { get; }

    public IReadOnlyList<ExpectedImage> Images { get; }

    public SealingOrder Order { get; }

    public StoreSealerOptions Options { get; set; }

    public IProcessRunner Runner { get; } = new SystemProcessRunner(TimeProvider.System);

    /// <summary>What happens whenever an image's blobs are asked for.</summary>
    public Action<ExpectedImage> Opening { get; set; } = static _ => { };

    public int Released { get; private set; }

    public string At(params string[] parts) => _folder.At(parts);

    public Task<SealedStore> SealAsync(IProgress<SealingProgress>? progress = null, CancellationToken cancellationToken = default) =>
        new StoreSealer(Options, Runner).SealAsync(Order, this, progress, cancellationToken);

    /// <summary>Opens a store that lies in a file by itself.</summary>
    public Task<SealedStoreMount> OpenAsync(SealedStore store, IProcessRunner? runner = null) =>
        SealedStoreMount.OpenAsync(new SealedStoreFile(store.Path, 0, store.Size), At("opened"), runner ?? Runner, default);

    public ValueTask<ImageBlobs> OpenAsync(ExpectedImage image, CancellationToken cancellationToken)
    {
        Opening(image);
        return ValueTask.FromResult(new ImageBlobs(_folder.At("blobs"), () =>
        {
            Released++;
            return ValueTask.CompletedTask;
        }));
    }

    /// <summary>An image as a store must hold it.</summary>
    public ExpectedImage Expect(StoreImage image)
    {
        var document = File.ReadAllBytes(Maker.PathOf(image.Name.Digest));
        var list = MediaTypes.IsIndex(image.ManifestMediaType) ? document : null;
        var manifest = list is null ? document : File.ReadAllBytes(Maker.PathOf(ImageIndex.Parse(document).Manifests[0].Digest));
        return new ExpectedImage(image.Name, list, manifest, File.ReadAllBytes(Maker.PathOf(ImageManifest.Parse(manifest).Config.Digest)));
    }

    public void Dispose() => _folder.Dispose();
}
