using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Arming;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Tests.Storage;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Handcarry.Hosts.Node.Tests.Cri;

/// <summary>A node with a real containerd that is armed as handcarry arm does it, the agent's own loopback listener, and the node's blobs.</summary>
internal sealed class PullSite : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<StoreImage> _offered = [];
    private readonly RegistryIndex _index = new();
    private readonly BlobStore _blobs;
    private readonly LoopbackServer _loopback;

    private PullSite(BlobStore blobs, LoopbackServer loopback, RegistryIndex index, TestFolder folder)
    {
        (_blobs, _loopback, _index, _folder) = (blobs, loopback, index, folder);
        Images = new ImageMaker(blobs.BlobsPath);
    }

    public ImageMaker Images { get; }

    public ContainerdProcess Containerd { get; private set; } = null!;

    public BundleImages Documents => new(_blobs, ImageMaker.Architecture);

    public ArmingCheck Check { get; private set; } = null!;

    public string Root => _folder.At("root");

    /// <param name="pause">Makes the image of pods; null when the test needs no pod.</param>
    public static async Task<PullSite> StartAsync(Func<PullSite, StoreImage>? pause = null)
    {
        Tool.NeedRoot();
        Tool.Need("containerd", "runc");
        var (folder, index) = (new TestFolder(), new RegistryIndex());
        var blobs = BlobStore.Open(folder.MakeFolder("blobs"));
        var loopback = await LoopbackServer.StartAsync(
            new DataPlaneOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) }, blobs, index, new TransferCounters(), NullLoggerFactory.Instance, default);
        var site = new PullSite(blobs, loopback, index, folder);
        try
        {
            await site.ArmAsync();
            var sandbox = pause?.Invoke(site).Name;
            site.Containerd = await ContainerdProcess.StartAsync(sandbox is null ? null : _ => Task.FromResult(new WantedImage(sandbox)), certs: Path.Combine(site.Root, "etc/containerd/certs.d"));
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    public PullingImageStore Open() => new(
        Containerd.Cri, Containerd.Cri.ContainersAsync, Documents, _folder.MakeFolder("state", "pulls"), static path => path, new ImagePullOptions { ReservedBytes = 1 << 20 });

    /// <summary>The loopback listener serves an image from now on, as it does for one of a bundle that the agent has taken up.</summary>
    public StoreImage Offer(StoreImage image, params StoreImage[] instances)
    {
        _offered.AddRange([image, .. instances]);
        var blobs = _offered.Select(static offered => new InventoryBlob(offered.ManifestMediaType, offered.Name.Digest, offered.ManifestSize, [])).ToList();
        _index.TakeUp(Digest.Of("bundle"u8), new BundleInventory
        {
            Version = "4.0.1",
            Arch = "x86_64",
            UnpackedSize = 0,
            Store = StoreKind.Layers,
            Previous = [],
            Channels = [],
            Blobs = blobs,
            Images = [.. _offered.Select((offered, i) => new InventoryImage(offered.Name.ToString(), i, [i]))],
            Release = 0,
            Extra = [],
            Signatures = [],
            Attachments = [],
        });
        return image;
    }

    /// <summary>The same image, which says itself what is run, as that of pods must.</summary>
    public StoreImage WithEntrypoint(StoreImage image, params string[] entrypoint)
    {
        var manifest = JsonNode.Parse(File.ReadAllBytes(Images.PathOf(image.Name.Digest)))!;
        var config = JsonNode.Parse(File.ReadAllBytes(Images.PathOf(Digest.Parse(manifest["config"]!["digest"]!.GetValue<string>()))))!;
        config["config"]!["Entrypoint"] = new JsonArray([.. entrypoint.Select(static word => JsonValue.Create(word))]);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(config);
        (manifest["config"]!["digest"], manifest["config"]!["size"]) = (Put(bytes).ToString(), bytes.Length);
        bytes = JsonSerializer.SerializeToUtf8Bytes(manifest);
        return image with { Name = image.Name with { Digest = Put(bytes) }, ManifestSize = bytes.Length };
    }

    public async ValueTask DisposeAsync()
    {
        if (Containerd is { } containerd)
            await containerd.DisposeAsync();
        await _loopback.DisposeAsync();
        _blobs.Dispose();
        _folder.Dispose();
    }

    private async Task ArmAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.MakeFolder("root", "etc", "containerd"), "config.toml"), "config_path = \"/etc/containerd/certs.d\"\n");
        var state = Path.Combine(_folder.MakeFolder("root", "var", "lib", "handcarry"), "arming");
        var settings = new ArmingSettings { MirrorPort = _loopback.Endpoint.Port, Sources = [ImageMaker.Repository, "localhost:5000/extra/tool"] };
        Check = new ArmingCheck(Root, state, settings, NodeRuntime.Containerd, needsStore: false);
        Assert.Equal("NotArmed", Check.Look()?.Reason);
        await new NodeArming(Root, state, null, null, new Never()).ArmAsync(ArmingPlanner.Plan(new HostFactsReader(Root).Read(), settings), default);
        Assert.Null(Check.Look());
    }

    private Digest Put(byte[] bytes)
    {
        var digest = Digest.Of(bytes);
        File.WriteAllBytes(Images.PathOf(digest), bytes);
        return digest;
    }

    private sealed class Never : IRestartPermission
    {
        public ValueTask<RestartPermit> AskAsync(string unit, CancellationToken cancellationToken) => ValueTask.FromResult(new RestartPermit("No."));
    }
}
