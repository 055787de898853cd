using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Processes;
using Handcarry.Hosts.Node.Storage;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Storage;

/// <summary>The folders of a node's image store, with blobs, for one test.</summary>
internal sealed class StoreSite : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<SkopeoImageStore> _stores = [];

    /// <param name="root">Where staging and store are; a folder of its own when left out.</param>
    public StoreSite(string? root = null)
    {
        Tool.NeedRoot();
        Tool.Need("skopeo", "podman", "rm");
        root ??= _folder.Root;
        File.WriteAllText(_folder.At("boot_id"), "11111111-1111-1111-1111-111111111111\n");
        Options = new ImageStoreOptions
        {
            StorePath = Path.Combine(root, "store"),
            StagingPath = Path.Combine(root, "staging"),
            RunRoot = _folder.At("run"),
            BlobsPath = _folder.At("blobs"),
            BootIdPath = _folder.At("boot_id"),
        };
        Images = new ImageMaker(Options.BlobsPath);
    }

    public ImageStoreOptions Options { get; set; }

    public ImageMaker Images { get; }

    public IProcessRunner Runner { get; } = new SystemProcessRunner(TimeProvider.System);

    /// <summary>A store as a freshly started agent has it.</summary>
    public SkopeoImageStore Open()
    {
        var store = new SkopeoImageStore(Options, Runner);
        _stores.Add(store);
        return store;
    }

    /// <summary>From now on the machine has been started again.</summary>
    public void Reboot() => File.WriteAllText(Options.BootIdPath, $"{Guid.NewGuid()}\n");

    public string StagedStore(string generation) => Path.Combine(Options.StagingPath, generation, "store");

    public string[] Staging() => Directory.Exists(Options.StagingPath)
        ? [.. Directory.GetFileSystemEntries(Options.StagingPath).Select(static path => Path.GetFileName(path)).Where(static name => name != ".query")]
        : [];

    /// <summary>What skopeo says the digest of <paramref name="name"/> in the store at <paramref name="root"/> is.</summary>
    public async Task<string> InspectAsync(string root, ImageName name) =>
        await Tool.RunAsync("skopeo", "inspect", "--format", "{{.Digest}}", $"containers-storage:[overlay@{root}+{_folder.At("inspect-run")}:overlay.skip_mount_home=true]{name}");

    /// <summary>The files of all layers in the store at <paramref name="root"/>, by name; the content of each.</summary>
    public static ILookup<string, byte[]> LayerFiles(string root) =>
        Directory.GetDirectories(Path.Combine(root, "overlay"))
            .Where(static layer => Path.GetFileName(layer) != "l")
            .SelectMany(static layer => Directory.GetFiles(Path.Combine(layer, "diff")))
            .ToLookup(static path => Path.GetFileName(path), File.ReadAllBytes);

    /// <summary>The main storage of a runtime that has both paths.</summary>
    public string Main => _folder.At("main");

    /// <summary>The images that the runtime's library finds at both paths.</summary>
    public async Task<IReadOnlySet<string>> SeenAsync() =>
        (await Tool.RunAsync("podman", Podman("images", "--digests", "--format", "{{.Repository}}@{{.Digest}}"))).Split('\n', StringSplitOptions.RemoveEmptyEntries).ToHashSet();

    /// <summary>The arguments of podman with that storage, and as additional stores those of both paths that are there.</summary>
    public string[] Podman(params string[] command) =>
    [
        "--log-level", "error", "--root", Main, "--runroot", _folder.At("main-run"), "--tmpdir", _folder.At("main-tmp"), "--storage-driver", "overlay",
        .. ((string[])[Options.StorePath, SecondStore.Of(Options.StorePath)]).Where(Directory.Exists).SelectMany(static path => (string[])["--storage-opt", $"overlay.imagestore={path}"]),
        "--storage-opt", "overlay.skip_mount_home=true", "--cgroup-manager", "cgroupfs", "--runtime", "/usr/sbin/runc", .. command,
    ];

    public async Task<IReadOnlySet<string>> ListAsync() => await Open().ListAsync(default);

    public static async Task ImportAsync(IImageStore store, string generation, params StoreImage[] images)
    {
        foreach (var image in images)
            await store.ImportAsync(generation, image, default);
    }

    public void Dispose()
    {
        foreach (var store in _stores)
            store.Dispose();
        _folder.Dispose();
    }
}
