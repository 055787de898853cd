using System.Text;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Tests.Bundles;

/// <summary>A made-up release: images with real manifests over blobs of random bytes.</summary>
internal sealed class SampleBundle
{
    public const string Repository = "quay.io/openshift-release-dev/ocp-v4.0-art-dev";

    public const long UnpackedSize = 123;

    private readonly Dictionary<Digest, byte[]> _blobs = [];
    private readonly List<BundleImage> _images = [];
    private readonly List<Descriptor> _signatures = [];

    public IReadOnlyDictionary<Digest, byte[]> Blobs => _blobs;

    public static SampleBundle Small()
    {
        var sample = new SampleBundle();
        var shared = sample.Layer(70_000, 1);
        sample.Image("release", sample.Layer(1000, 2), shared);
        sample.Image("etcd", sample.Layer(5_000_000, 3), shared);
        sample.Image("cli", sample.Layer(10, 4), shared);
        sample.Sign(300);
        return sample;
    }

    public Descriptor Add(byte[] bytes, string mediaType)
    {
        _blobs[Digest.Of(bytes)] = bytes;
        return new Descriptor(mediaType, Digest.Of(bytes), bytes.Length);
    }

    public Descriptor Layer(int size, int seed) => Add(Content.Blobs.Bytes(size, seed), MediaTypes.OciLayerGzip);

    public void Sign(byte[] signature) => _signatures.Add(Add(signature, MediaTypes.ReleaseSignature));

    public void Sign(int size) => _signatures.Add(Add(Content.Blobs.Bytes(size, 99), MediaTypes.ReleaseSignature));

    public void Image(string name, params Descriptor[] layers)
    {
        var config = Add(
            Encoding.UTF8.GetBytes($$$"""{"architecture":"amd64","os":"linux","config":{"Labels":{"name":"{{{name}}}"}},"rootfs":{"type":"layers","diff_ids":[]}}"""),
            MediaTypes.OciConfig);
        var manifest = Add(
            Encoding.UTF8.GetBytes(
                $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{{Json(config)}},"layers":[{{string.Join(',', layers.Select(Json))}}]}"""),
            MediaTypes.OciManifest);
        _images.Add(new BundleImage(new ImageName(Repository, manifest.Digest), [manifest], [config], layers));
    }

    public BundleContents Contents() => new()
    {
        Version = "4.12.4",
        Arch = "x86_64",
        Release = _images[0].Name,
        Images = _images,
        Extra = _images.Count > 2 ? [_images[2].Name] : [],
        Signatures = _signatures,
        Previous = ["4.12.3", "4.12.0-rc.8"],
        Channels = ["stable-4.12", "fast-4.12"],
    };

    public Stream Open(Digest digest) => new MemoryStream(_blobs[digest]);

    public async Task<byte[]> WriteAsync(BundleContents? contents = null)
    {
        using var output = new MemoryStream();
        await BundleWriter.WriteAsync(BundlePlanner.Plan(contents ?? Contents()), UnpackedSize, Open, output, default);
        return output.ToArray();
    }

    private static string Json(Descriptor d) => $$"""{"mediaType":"{{d.MediaType}}","digest":"{{d.Digest}}","size":{{d.Size}}}""";
}
