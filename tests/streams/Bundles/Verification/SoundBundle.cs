using System.IO.Compression;
using System.Text;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Tests.Content;

namespace Handcarry.Streams.Tests.Bundles.Verification;

/// <summary>A bundle in which everything is true: layers that decompress to what the configurations say, a list, sigstore signatures. Tests make it untrue.</summary>
internal sealed class SoundBundle
{
    private const string Repository = "quay.io/openshift-release-dev/ocp-v4.0-art-dev";

    private readonly Dictionary<Digest, byte[]> _blobs = [];
    private readonly Dictionary<Digest, Digest> _diffIds = [];

    /// <param name="largest">Bytes of the largest layer when decompressed.</param>
    public SoundBundle(int largest = 3000)
    {
        var shared = Layer(700, 1, Gzip, MediaTypes.OciLayerGzip);
        var release = Image("release", [shared, Layer(100, 2, Gzip, MediaTypes.DockerLayerGzip)]);
        var etcd = Image("etcd", [shared, Layer(largest, 3, Plain, MediaTypes.OciLayer)]);
        var cli = ListOf(Image("cli", [shared, Layer(50, 4, Zstd, MediaTypes.OciLayerZstd)]));
        Contents = new BundleContents
        {
            Version = "4.12.4",
            Arch = "x86_64",
            Release = release.Name,
            Images = [release, etcd, cli],
            Extra = [etcd.Name],
            Attachments = [AttachmentOf(cli)],
            Previous = ["4.12.3"],
            Channels = ["stable-4.12"],
        };
    }

    /// <summary>All that is in it.</summary>
    public BundleContents Contents { get; set; }

    /// <summary>All bytes that went into it.</summary>
    public IReadOnlyDictionary<Digest, byte[]> Bytes => _blobs;

    /// <summary>As metadata.json shall say it.</summary>
    public long UnpackedSize { get; set; }

    public static byte[] Plain(byte[] tar) => tar;

    public static byte[] Gzip(byte[] tar)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(tar);
        return packed.ToArray();
    }

    public static byte[] Zstd(byte[] tar)
    {
        using var compressor = new ZstdSharp.Compressor();
        return compressor.Wrap(tar).ToArray();
    }

    public Descriptor Add(byte[] bytes, string mediaType)
    {
        _blobs[Digest.Of(bytes)] = bytes;
        return new Descriptor(mediaType, Digest.Of(bytes), bytes.Length);
    }

    public Descriptor Layer(int size, int seed, Func<byte[], byte[]> pack, string mediaType) => Layer(Blobs.Bytes(size, seed), pack, mediaType);

    public Descriptor Layer(byte[] tar, Func<byte[], byte[]> pack, string mediaType)
    {
        var layer = Add(pack(tar), mediaType);
        _diffIds[layer.Digest] = Digest.Of(tar);
        UnpackedSize += tar.Length;
        return layer;
    }

    /// <summary>An image; its configuration says <paramref name="diffIds"/> when they are given, else the truth.</summary>
    public BundleImage Image(string name, IReadOnlyList<Descriptor> layers, IReadOnlyList<Digest>? diffIds = null)
    {
        var ids = diffIds ?? [.. layers.Select(layer => _diffIds[layer.Digest])];
        var config = Add(Encoding.UTF8.GetBytes($$$"""{"architecture":"amd64","os":"linux","config":{"Labels":{"name":"{{{name}}}"}},"rootfs":{"diff_ids":[{{{string.Join(',', ids.Select(id => $"\"{id}\""))}}}]}}"""), MediaTypes.OciConfig);
        var manifest = Manifest(config, layers);
        return new BundleImage(new ImageName(Repository, manifest.Digest), [manifest], [config], layers);
    }

    public Descriptor Manifest(Descriptor config, IReadOnlyList<Descriptor> layers) => Add(
        Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{{Json(config)}},"layers":[{{string.Join(',', layers.Select(Json))}}]}"""),
        MediaTypes.OciManifest);

    /// <summary>A list of the image and of an instance that is not here.</summary>
    public BundleImage ListOf(BundleImage image)
    {
        var list = Add(
            Encoding.UTF8.GetBytes($$$"""
            {"schemaVersion":2,"mediaType":"{{{MediaTypes.OciIndex}}}","manifests":[
             {{{Json(image.Manifests[0])[..^1]}}},"platform":{"os":"linux","architecture":"amd64"}},
             {"mediaType":"{{{MediaTypes.OciManifest}}}","digest":"{{{Digest.Of("elsewhere"u8)}}}","size":9,"platform":{"os":"linux","architecture":"arm64","variant":"v8"}}]}
            """),
            MediaTypes.OciIndex);
        return image with { Name = new ImageName(Repository, list.Digest), Manifests = [list, .. image.Manifests] };
    }

    public BundleAttachment AttachmentOf(BundleImage subject)
    {
        var config = Add(Encoding.UTF8.GetBytes($"{{\"signs\":\"{subject.Name.Digest}\"}}"), MediaTypes.OciConfig);
        var payload = Add(Encoding.UTF8.GetBytes($"payload {subject.Name.Digest}"), "application/vnd.dev.cosign.simplesigning.v1+json");
        return new BundleAttachment(subject.Name, Manifest(config, [payload]), [config, payload]);
    }

    public BundleImage Replace(int index, Func<BundleImage, BundleImage> change)
    {
        var changed = change(Contents.Images[index]);
        Contents = Contents with { Images = [.. Contents.Images.Select((image, i) => i == index ? changed : image)] };
        return changed;
    }

    public BundlePlan Plan() => BundlePlanner.Plan(Contents);

    public Task<byte[]> WriteAsync() => WriteAsync(Plan());

    public async Task<byte[]> WriteAsync(BundlePlan plan)
    {
        using var output = new MemoryStream();
        await BundleWriter.WriteAsync(plan, UnpackedSize, digest => new MemoryStream(_blobs[digest]), output, default);
        return output.ToArray();
    }

    private static string Json(Descriptor d) => $$"""{"mediaType":"{{d.MediaType}}","digest":"{{d.Digest}}","size":{{d.Size}}}""";
}
