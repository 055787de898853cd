using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Handcarry.Registries;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Tests.Creation;

/// <summary>
/// A release for several architectures as it is published: the release image and all payload images are manifest lists, and so are the references
/// (reference/openshift.md section 1.7).
/// </summary>
internal static class MultiRelease
{
    public static readonly string[] Architectures = ["amd64", "arm64", "s390x"];

    /// <summary>Pushes it into the repositories <c>payload</c> and <c>release</c>; the digest of the release's list.</summary>
    public static async Task<Digest> PushAsync(RegistryProcess registry, string? strayReference = null)
    {
        using RegistryPush payload = registry.Push("payload"), release = registry.Push("release");
        var etcd = await ListAsync(payload, architecture => [Layer(("bin/etcd", architecture))], null);
        var reference = strayReference ?? $"{registry.Authority}/payload@{etcd}";
        var references = $$$"""{"kind":"ImageStream","metadata":{"name":"4.18.1"},"spec":{"tags":[{"name":"etcd","from":{"kind":"DockerImage","name":"{{{reference}}}"}}]}}""";
        const string metadata = """{"kind":"cincinnati-metadata-v0","version":"4.18.1","previous":["4.18.0"],"metadata":{"release.openshift.io/architecture":"multi"}}""";
        var last = Layer(("release-manifests/image-references", references), ("release-manifests/release-metadata", metadata));
        return await ListAsync(release, architecture => [Layer(("bin/operator", architecture)), last], "4.18.1-multi");
    }

    private static async Task<Digest> ListAsync(RegistryPush push, Func<string, byte[][]> layers, string? tag)
    {
        var instances = new List<object>();
        foreach (var architecture in Architectures)
        {
            var manifest = await ImageAsync(push, architecture, layers(architecture));
            instances.Add(new { mediaType = manifest.MediaType, digest = manifest.Digest.ToString(), size = manifest.Size, platform = new { os = "linux", architecture } });
        }
        var list = JsonSerializer.SerializeToUtf8Bytes(new { schemaVersion = 2, mediaType = MediaTypes.DockerManifestList, manifests = instances });
        return (await push.ManifestAsync(list, MediaTypes.DockerManifestList, tag)).Digest;
    }

    private static async Task<Descriptor> ImageAsync(RegistryPush push, string architecture, byte[][] layers)
    {
        var config = await push.BlobAsync(
            JsonSerializer.SerializeToUtf8Bytes(new { architecture, os = "linux", rootfs = new { type = "layers", diff_ids = layers.Select(layer => Digest.Of(Plain(layer)).ToString()) } }),
            MediaTypes.DockerConfig);
        var blobs = new List<object>();
        foreach (var layer in layers)
            blobs.Add(Json(await push.BlobAsync(layer, MediaTypes.DockerLayerGzip)));
        return await push.ManifestAsync(
            JsonSerializer.SerializeToUtf8Bytes(new { schemaVersion = 2, mediaType = MediaTypes.DockerManifest, config = Json(config), layers = blobs }), MediaTypes.DockerManifest);
    }

    private static object Json(Descriptor blob) => new { mediaType = blob.MediaType, digest = blob.Digest.ToString(), size = blob.Size };

    private static byte[] Layer(params (string Name, string Content)[] files)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Ustar))
        {
            foreach (var (name, content) in files)
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)), ModificationTime = DateTimeOffset.UnixEpoch });
        }
        return output.ToArray();
    }

    private static byte[] Plain(byte[] layer)
    {
        using var output = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(layer), CompressionMode.Decompress);
        gzip.CopyTo(output);
        return output.ToArray();
    }
}
