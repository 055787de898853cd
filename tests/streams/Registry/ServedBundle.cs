using System.Formats.Tar;
using System.Text;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using static Handcarry.Streams.Tests.Content.Blobs;

namespace Handcarry.Streams.Tests.Registry;

/// <summary>A small bundle, put into a store blob by blob, and its inventory: images, lists, signatures.</summary>
internal sealed class ServedBundle(BlobStore store)
{
    public const string Repository = "openshift-release-dev/ocp-v4.0-art-dev";
    private const string Host = "quay.io/";

    private readonly List<InventoryBlob> _blobs = [];
    private readonly List<InventoryImage> _images = [];
    private readonly List<InventoryAttachment> _attachments = [];

    public BundleInventory Inventory => new()
    {
        Version = "4.18.1",
        Arch = "x86_64",
        UnpackedSize = 0,
        Store = StoreKind.Layers,
        Previous = [],
        Channels = [],
        Blobs = [.. _blobs],
        Images = [.. _images],
        Release = 0,
        Extra = [],
        Signatures = [],
        Attachments = [.. _attachments],
    };

    /// <summary>An image of one layer with one file in it; its manifest does not say its media type when <paramref name="mediaType"/> is null.</summary>
    public async Task<Descriptor> ImageAsync(string file, string? mediaType = MediaTypes.OciManifest, string architecture = "amd64")
    {
        var layer = await BlobAsync(MediaTypes.OciLayer, Tar(file));
        var config = await BlobAsync(
            MediaTypes.OciConfig,
            Encoding.UTF8.GetBytes($$"""{"architecture":"{{architecture}}","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["{{layer.Digest}}"]} }"""));
        var called = mediaType is null ? "" : $"\"mediaType\":\"{mediaType}\",";
        var manifest = await BlobAsync(
            mediaType ?? MediaTypes.OciManifest,
            Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,{{called}}"config":{{Json(config)}},"layers":[{{Json(layer)}}]}"""));
        _images.Add(new InventoryImage(NameOf(manifest.Digest), _blobs.Count - 1, [_blobs.Count - 1]));
        return manifest;
    }

    public async Task<Descriptor> ListAsync(params (Descriptor Manifest, string Architecture)[] instances)
    {
        var items = instances.Select(static item => $$"""{{Json(item.Manifest)[..^1]}},"platform":{"os":"linux","architecture":"{{item.Architecture}}"} }""");
        var list = await BlobAsync(
            MediaTypes.OciIndex,
            Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[{{string.Join(',', items)}}]}"""));
        _images.Add(new InventoryImage(NameOf(list.Digest), _blobs.Count - 1, [_blobs.Count - 1]));
        return list;
    }

    /// <summary>A signature as cosign keeps it; with <paramref name="members"/> such as <c>"artifactType":"..",</c> in front.</summary>
    public async Task<Descriptor> SignatureAsync(Descriptor subject, string members = "")
    {
        var payload = await BlobAsync("application/vnd.dev.cosign.simplesigning.v1+json", Encoding.UTF8.GetBytes($$"""{"of":"{{subject.Digest}}"}"""));
        var config = await BlobAsync(MediaTypes.OciConfig, "{}"u8.ToArray());
        var signed = $$"""{{Json(payload)[..^1]}},"annotations":{"dev.cosignproject.cosign/signature":"c2lnbmVk"} }""";
        var manifest = await BlobAsync(
            MediaTypes.OciManifest,
            Encoding.UTF8.GetBytes(
                $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}",{{members}}"config":{{Json(config)}},"layers":[{{signed}}]}"""));
        _attachments.Add(new InventoryAttachment(NameOf(subject.Digest), _blobs.Count - 1, [_blobs.Count - 1]));
        return manifest;
    }

    public static string Json(Descriptor blob) => $$"""{"mediaType":"{{blob.MediaType}}","digest":"{{blob.Digest}}","size":{{blob.Size}}}""";

    private async Task<Descriptor> BlobAsync(string mediaType, byte[] bytes)
    {
        var digest = Digest.Of(bytes);
        if (!store.Contains(digest))
            await StoreAsync(store, bytes);
        _blobs.Add(new InventoryBlob(mediaType, digest, bytes.Length, []));
        return new Descriptor(mediaType, digest, bytes.Length);
    }

    private static string NameOf(Digest digest) => $"{Host}{Repository}@{digest}";

    private static byte[] Tar(string file)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, file) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(file)) });
        return bytes.ToArray();
    }
}
