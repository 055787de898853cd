using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Processes;
using Handcarry.Hosts.Node.Storage;
using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Hosts.Node.Storage.Sealed;
using Handcarry.Hosts.Node.Storage.Sealing;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Storage.Sealed;

/// <summary>A node's folders with real sealed stores among its blobs, and the container tools to look at what is published.</summary>
internal sealed class SealedSite : IImageBlobSource, IDisposable
{
    private const string Busybox = "/bin/busybox";

    private readonly TestFolder _folder = new();
    private readonly ImageMaker _maker;
    private readonly string _root;
    private BlobStore _blobs;
    private int _bundles;

    /// <param name="root">The node's root; a folder of its own when left out.</param>
    public SealedSite(string? root = null)
    {
        Tool.NeedRoot();
        Tool.Need("skopeo", "podman", "mksquashfs", "mount", "umount", "losetup", "rm");
        Skip.IfNot(File.Exists(Busybox), "busybox is not installed");
        _root = root ?? _folder.MakeFolder("root");
        Options = new SealedStoresOptions { Root = _root, State = "/state", Store = "/state/store", RuntimeStorage = "/runtime" };
        _blobs = BlobStore.Open(At("state"));
        _maker = new ImageMaker(_folder.At("images"));
        Stores = new SealedStores(Options, _blobs, Runner, null);
        Layers.EnsureSkeleton();
    }

    public SealedStoresOptions Options { get; set; }

    public IProcessRunner Runner { get; } = new SystemProcessRunner(TimeProvider.System);

    /// <summary>The runtime that the stores of the next start ask.</summary>
    public IContainerRuntime? Runtime { get; set; }

    public SealedStores Stores { get; private set; }

    public BlobStore Blobs => _blobs;

    public string Store => At("state", "store");

    public string Second => SecondStore.Of(Store);

    private string Imagestores => $"overlay.imagestore={Store},overlay.imagestore={Second}";

    /// <summary>The layer store at the same path.</summary>
    public SkopeoImageStore Layers => new(
        new ImageStoreOptions { StorePath = Store, StagingPath = At("state", "staging"), RunRoot = _folder.At("run"), BlobsPath = At("state", "blobs") }, Runner);

    public string At(params string[] parts) => Path.Combine([_root, .. parts]);

    /// <summary>As a freshly started agent has it.</summary>
    public SealedStores Restart()
    {
        _blobs.Dispose();
        _blobs = BlobStore.Open(At("state"));
        return Stores = new SealedStores(Options, _blobs, Runner, null, Runtime);
    }

    /// <summary>Makes two images that no other bundle has, seals them, and has the store and the documents among the node's blobs, as after carrying.</summary>
    /// <param name="tamper">Changes the unsealed store's squashfs before it becomes a blob.</param>
    public async Task<SealedBundle> MakeBundleAsync(Func<string, Task>? tamper = null)
    {
        var number = ++_bundles;
        var tools = _maker.MakeLayer(new Proof.TestTar()
            .Add("bin/", System.Formats.Tar.TarEntryType.Directory, mode: 0x1ED)
            .Add("bin/sh", content: await File.ReadAllBytesAsync(Busybox), mode: 0x1ED)
            .Add("number", content: [(byte)('0' + number)])
            .ToArray());
        var noise = new byte[6_000_000];
        new Random(number).NextBytes(noise);
        StoreImage[] images = [_maker.Make(ImageMaker.Repository, docker: true, tools), _maker.Make(ImageMaker.Repository, docker: false, tools, _maker.MakeLayer("noise", noise))];
        var sealing = new SealingOrder([.. images.Select(Expected)], ImageMaker.Architecture, _folder.At($"{number}.squashfs"), 20_000_000, 8_000_000);
        var options = new StoreSealerOptions { ScratchPath = _folder.At("scratch") };
        await new StoreSealer(options, Runner).SealAsync(sealing, this, null, default);
        if (tamper is not null)
            await tamper(sealing.Output);

        var blobs = new List<InventoryBlob>();
        var entries = new List<InventoryImage>();
        foreach (var image in images)
        {
            var manifest = await File.ReadAllBytesAsync(_maker.PathOf(image.Name.Digest));
            var config = ImageManifest.Parse(manifest).Config;
            blobs.Add(await PutAsync(manifest, image.ManifestMediaType));
            blobs.Add(await PutAsync(await File.ReadAllBytesAsync(_maker.PathOf(config.Digest)), config.MediaType));
            entries.Add(new InventoryImage(image.Name.ToString(), blobs.Count - 2, [blobs.Count - 2, blobs.Count - 1]));
        }
        blobs.Add(await PutAsync(await File.ReadAllBytesAsync(sealing.Output), MediaTypes.SealedStore));
        return new SealedBundle(Digest.Of([(byte)number]), new BundleInventory
        {
            Version = "4.12.4",
            Arch = "x86_64",
            UnpackedSize = 20_000_000,
            Store = StoreKind.Sealed,
            Previous = [],
            Channels = [],
            Blobs = blobs,
            Images = entries,
            Release = 0,
            Extra = [],
            Signatures = [],
            Attachments = [],
            SealedStore = blobs.Count - 1,
        });
    }

    /// <summary>Brings a bundle's store in again, of which only the chunks that are wrong have to come.</summary>
    public async Task<long> DrawAgainAsync(SealedBundle bundle, byte[] store)
    {
        await using var ingest = await _blobs.BeginAsync(bundle.Store.ToSpec(), default) ?? throw new InvalidOperationException("The blob is there.");
        var drawn = 0L;
        for (var (at, end) = ingest.NextMissing(); at < store.Length; (at, end) = ingest.NextMissing())
        {
            ingest.Append(store.AsSpan((int)at..(int)end));
            drawn += end - at;
        }
        await ingest.CompleteAsync(default);
        return drawn;
    }

    /// <summary>Mounts, proves and publishes, as an agent does by default.</summary>
    public async Task LoadAsync(SealedBundle bundle)
    {
        Assert.Null(await Stores.MountAsync(bundle, default));
        Assert.Null(await Stores.ProveAsync(bundle, new Progress<StoreProgress>(), default));
        await Stores.PublishAsync(bundle, default);
    }

    /// <summary>The images that podman finds at the path, as the agent asks it.</summary>
    public async Task<IReadOnlySet<string>> ListAsync() => await Layers.ListAsync(default);

    /// <summary>The images that the runtime's library finds at both paths.</summary>
    public async Task<IReadOnlySet<string>> SeenAsync() =>
        (await Tool.RunAsync("podman", Podman("images", "--digests", "--format", "{{.Repository}}@{{.Digest}}"))).Split('\n', StringSplitOptions.RemoveEmptyEntries).ToHashSet();

    /// <summary>Whether skopeo finds exactly this image by name and digest.</summary>
    public async Task<bool> HasAsync(string name) =>
        (await Tool.TryAsync("skopeo", "inspect", "--format", "{{.Digest}}", $"containers-storage:[overlay@{_folder.At("main")}+{_folder.At("mainrun")}:{Imagestores},overlay.skip_mount_home=true]{name}")).ExitCode == 0;

    /// <summary>Records an image of a bundle in the runtime's own storage, on layers of the store that is at the path, as newer CRI-O does when it pulls it.</summary>
    public async Task RecordAsync(SealedBundle bundle, int image)
    {
        var (entry, layout) = (bundle.Inventory.Images[image], _folder.MakeFolder("layout", $"{_bundles}-{image}"));
        var manifest = bundle.Inventory.Blobs[entry.Manifest];
        await File.WriteAllTextAsync(Path.Combine(layout, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        await File.WriteAllTextAsync(
            Path.Combine(layout, "index.json"), $$"""{"schemaVersion":2,"manifests":[{"mediaType":"{{manifest.MediaType}}","digest":"{{manifest.Digest}}","size":{{manifest.Size}}}]}""");
        await Tool.RunAsync("skopeo", "--insecure-policy", "--tmpdir", _folder.MakeFolder("tmp"), "copy", "--quiet", "--src-shared-blob-dir", _folder.At("images"), $"oci:{layout}", $"{Recorded(true)}{entry.Name}");
    }

    /// <summary>Removes that record. The library says that a layer is not known, and has removed it (reference/container-storage.md D4).</summary>
    public Task ForgetRecordAsync(SealedBundle bundle, int image) => Tool.TryAsync("skopeo", "delete", $"{Recorded(false)}{bundle.Inventory.Images[image].Name}");

    private string Recorded(bool onStore) =>
        $"containers-storage:[overlay@{At("runtime")}+{_folder.At("pr")}:{(onStore ? $"{Imagestores}," : "")}overlay.skip_mount_home=true]";

    /// <summary>The arguments of podman with a main storage of its own and both paths as its additional stores.</summary>
    public string[] Podman(params string[] command) =>
    [
        "--log-level", "error", "--root", At("runtime"), "--runroot", _folder.At("pr"), "--tmpdir", _folder.At("pt"), "--storage-driver", "overlay",
        "--storage-opt", $"overlay.imagestore={Store}", "--storage-opt", $"overlay.imagestore={Second}", "--storage-opt", "overlay.skip_mount_home=true", "--cgroup-manager", "cgroupfs",
        "--runtime", File.Exists("/usr/sbin/runc") ? "/usr/sbin/runc" : "/usr/bin/runc", .. command,
    ];

    /// <summary>Runs a shell command in a container of an image without pulling.</summary>
    public Task<string> RunContainerAsync(string image, string command) =>
        Tool.RunAsync("podman", Podman("run", "--rm", "--pull=never", "--net=none", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000", image, "/bin/sh", "-c", command));

    public string BlobPath(SealedBundle bundle) => At("state", "blobs", "sha256", bundle.Store.Digest.Hex);

    /// <summary>Everything that tells one state of the node from another: names, kinds, link targets, mounts.</summary>
    public IReadOnlyList<string> Tree() =>
    [
        .. Directory.EnumerateFileSystemEntries(At("state", "sealed")).Append(Store).Append(Second).Order(StringComparer.Ordinal)
            .Select(path => $"{Path.GetFileName(path)} {new FileInfo(path).LinkTarget ?? (Directory.Exists(path) ? "folder" : "file")} {(path == Store || path == Second || !Directory.Exists(path) ? 0 : MountTable.Below(path).Count)}"),
    ];

    public ValueTask<ImageBlobs> OpenAsync(ExpectedImage image, CancellationToken cancellationToken) => ValueTask.FromResult(new ImageBlobs(_folder.At("images")));

    public void Dispose()
    {
        foreach (var point in MountTable.Below(_root).Where(point => point != _root))
            Tool.RunAsync("umount", "--lazy", point).GetAwaiter().GetResult();
        _blobs.Dispose();
        _folder.Dispose();
    }

    private async Task<InventoryBlob> PutAsync(byte[] bytes, string mediaType)
    {
        var chunks = bytes.Length <= BlobSpec.ChunkSize ? [] : bytes.Chunk(BlobSpec.ChunkSize).Select(chunk => Digest.Of(chunk)).ToList();
        var blob = new InventoryBlob(mediaType, Digest.Of(bytes), bytes.Length, chunks);
        await using var ingest = await _blobs.BeginAsync(blob.ToSpec(), default);
        if (ingest is not null)
        {
            ingest.Append(bytes);
            await ingest.CompleteAsync(default);
        }
        return blob;
    }

    private ExpectedImage Expected(StoreImage image)
    {
        var manifest = File.ReadAllBytes(_maker.PathOf(image.Name.Digest));
        return new ExpectedImage(image.Name, null, manifest, File.ReadAllBytes(_maker.PathOf(ImageManifest.Parse(manifest).Config.Digest)));
    }
}
