using System.Text;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Cli.Tests.Writing;

/// <summary>A valid bundle of one image with a layer of made-up bytes.</summary>
internal static class MadeBundle
{
    public static async Task<byte[]> BytesAsync(int layerSize)
    {
        var layerBytes = new byte[layerSize];
        new Random(1).NextBytes(layerBytes);
        var blobs = new Dictionary<Digest, byte[]>();
        var layer = Add(layerBytes, MediaTypes.OciLayerGzip);
        var config = Add("""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}"""u8.ToArray(), MediaTypes.OciConfig);
        var manifest = Add(
            Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{{Json(config)}},"layers":[{{Json(layer)}}]}"""),
            MediaTypes.OciManifest);
        var name = new ImageName("quay.io/openshift-release-dev/ocp-release", manifest.Digest);
        var contents = new BundleContents
        {
            Version = "4.12.4",
            Arch = "x86_64",
            Release = name,
            Images = [new BundleImage(name, [manifest], [config], [layer])],
        };
        using var output = new MemoryStream();
        await BundleWriter.WriteAsync(BundlePlanner.Plan(contents), layerSize, digest => new MemoryStream(blobs[digest]), output, default);
        return output.ToArray();

        Descriptor Add(byte[] bytes, string mediaType)
        {
            blobs[Digest.Of(bytes)] = bytes;
            return new Descriptor(mediaType, Digest.Of(bytes), bytes.Length);
        }
    }

    private static string Json(Descriptor d) => $$"""{"mediaType":"{{d.MediaType}}","digest":"{{d.Digest}}","size":{{d.Size}}}""";
}
