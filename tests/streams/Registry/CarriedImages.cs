using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Tests.Content;

namespace Handcarry.Streams.Tests.Registry;

/// <summary>Images in a store as a bundle brings them: one of a single manifest with a signature beside it, and a list of two platforms.</summary>
internal sealed class CarriedImages
{
    public const string Repository = "quay.io/openshift-release-dev/ocp-v4.0-art-dev";

    /// <summary>The repository without the host.</summary>
    public const string Path = "openshift-release-dev/ocp-v4.0-art-dev";

    private readonly List<InventoryBlob> _blobs = [];
    private readonly Dictionary<Digest, byte[]> _bytes = [];

    private CarriedImages(bool docker)
    {
        var type = docker ? MediaTypes.DockerManifest : MediaTypes.OciManifest;
        var (single, singleBlobs) = Image("single", "amd64", type);
        var (first, firstBlobs) = Image("first", "amd64", type);
        var (second, secondBlobs) = Image("second", "arm64", type);
        var list = Add(docker ? MediaTypes.DockerManifestList : MediaTypes.OciIndex, JsonSerializer.SerializeToUtf8Bytes(new
        {
            schemaVersion = 2,
            mediaType = docker ? MediaTypes.DockerManifestList : MediaTypes.OciIndex,
            manifests = new[] { Instance(first, "amd64"), Instance(second, "arm64") },
        }));
        var signature = Add("application/vnd.dev.cosign.simplesigning.v1+json", JsonSerializer.SerializeToUtf8Bytes(new { critical = new { image = _blobs[single].Digest.ToString() } }));
        var signatureConfig = Add(MediaTypes.OciConfig, """{"architecture":"","os":"","rootfs":{"type":"layers","diff_ids":[]}}"""u8.ToArray());
        var signatureManifest = Add(MediaTypes.OciManifest, ManifestOf(MediaTypes.OciManifest, signatureConfig, signature, "application/vnd.dev.cosign.simplesigning.v1+json"));
        (Single, List, Signature) = (_blobs[single].Digest, _blobs[list].Digest, _blobs[signatureManifest].Digest);
        Inventory = new BundleInventory
        {
            Version = "4.12.4",
            Arch = "x86_64",
            UnpackedSize = 1,
            Store = StoreKind.Layers,
            Previous = [],
            Channels = [],
            Blobs = _blobs,
            Images = [new InventoryImage($"{Repository}@{Single}", single, singleBlobs), new InventoryImage($"{Repository}@{List}", list, [.. firstBlobs, .. secondBlobs, list])],
            Release = 0,
            Extra = [],
            Signatures = [],
            Attachments = [new InventoryAttachment($"{Repository}@{Single}", signatureManifest, [signature, signatureConfig, signatureManifest])],
        };

        object Instance(int index, string architecture) =>
            new { mediaType = type, digest = _blobs[index].Digest.ToString(), size = _blobs[index].Size, platform = new { os = "linux", architecture } };
    }

    public Digest Single { get; }

    public Digest List { get; }

    public Digest Signature { get; }

    public BundleInventory Inventory { get; }

    /// <summary>Stores them all.</summary>
    public static async Task<CarriedImages> StoreAsync(BlobStore store, bool docker = false)
    {
        var images = new CarriedImages(docker);
        foreach (var bytes in images._bytes.Where(blob => !store.Contains(blob.Key)).Select(static blob => blob.Value))
            await Blobs.StoreAsync(store, bytes);
        return images;
    }

    private (int Manifest, IReadOnlyList<int> Blobs) Image(string name, string architecture, string type)
    {
        var docker = type == MediaTypes.DockerManifest;
        var tar = Tar(name);
        var layer = Add(docker ? MediaTypes.DockerLayerGzip : MediaTypes.OciLayerGzip, Gzip(tar));
        var config = Add(docker ? MediaTypes.DockerConfig : MediaTypes.OciConfig, Encoding.UTF8.GetBytes(
            $$$"""{"architecture":"{{{architecture}}}","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["{{{Digest.Of(tar)}}}"]}}"""));
        var manifest = Add(type, ManifestOf(type, config, layer, _blobs[layer].MediaType));
        return (manifest, [layer, config, manifest]);
    }

    private byte[] ManifestOf(string type, int config, int layer, string layerType) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        schemaVersion = 2,
        mediaType = type,
        config = new { mediaType = _blobs[config].MediaType, digest = _blobs[config].Digest.ToString(), size = _blobs[config].Size },
        layers = new[] { new { mediaType = layerType, digest = _blobs[layer].Digest.ToString(), size = _blobs[layer].Size, annotations = new Dictionary<string, string> { ["dev.cosignproject.cosign/signature"] = "c2lnbmVk" } } },
    });

    private int Add(string mediaType, byte[] bytes)
    {
        var digest = Digest.Of(bytes);
        _bytes[digest] = bytes;
        _blobs.Add(new InventoryBlob(mediaType, digest, bytes.Length, []));
        return _blobs.Count - 1;
    }

    private static byte[] Tar(string name)
    {
        using var output = new MemoryStream();
        using (var tar = new TarWriter(output, TarEntryFormat.Ustar, leaveOpen: true))
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"etc/{name}") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(name)) });
        return output.ToArray();
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return output.ToArray();
    }
}
