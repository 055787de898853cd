using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Actors.Node;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Storage;

/// <summary>Makes small images out of nothing and puts their blobs where a store looks for them.</summary>
internal sealed class ImageMaker(string blobsPath)
{
    public const string Repository = "quay.io/openshift-release-dev/ocp-v4.0-art-dev";

    /// <summary>Go's name of this machine's architecture.</summary>
    public static readonly string Architecture =
        RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64";

    private int _made;

    /// <summary>A layer with one file.</summary>
    public Layer MakeLayer(string fileName, byte[] content) => MakeLayer([(fileName, content)]);

    /// <summary>A layer with these files.</summary>
    public Layer MakeLayer(IReadOnlyList<(string Name, byte[] Content)> files)
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, content) in files)
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content), ModificationTime = DateTimeOffset.UnixEpoch });
        }
        return MakeLayer(tar.ToArray());
    }

    /// <summary>A layer of these bytes.</summary>
    public Layer MakeLayer(byte[] tar)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(tar);
        var bytes = packed.ToArray();
        return new Layer(Put(bytes), bytes.Length, Digest.Of(tar));
    }

    /// <summary>An image that no other one equals.</summary>
    public StoreImage MakeUnique(string repository = Repository) =>
        Make(repository, docker: _made % 2 == 0, MakeLayer("unique", BitConverter.GetBytes(++_made)));

    public StoreImage Make(string repository, bool docker, params Layer[] layers) => Named(repository, MakeManifest(docker, Architecture, layers));

    /// <summary>A list of this machine's architecture and of another one, whose blobs are not there; first the list, then the image it stands for here.</summary>
    public (StoreImage List, StoreImage Instance) MakeList(string repository, bool docker, params Layer[] layers)
    {
        var here = MakeManifest(docker, Architecture, layers);
        var elsewhere = MakeManifest(docker, "s390x", layers);
        File.Delete(PathOf(elsewhere.Digest));
        var mediaType = docker ? "application/vnd.docker.distribution.manifest.list.v2+json" : "application/vnd.oci.image.index.v1+json";
        var list = Json(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = mediaType,
            ["manifests"] = new JsonArray(Entry(here, Architecture), Entry(elsewhere, "s390x")),
        });
        return (Named(repository, new Descriptor(mediaType, Put(list), list.Length)), Named(repository, here));

        static JsonObject Entry(Descriptor manifest, string architecture) => new()
        {
            ["mediaType"] = manifest.MediaType,
            ["digest"] = manifest.Digest.ToString(),
            ["size"] = manifest.Size,
            ["platform"] = new JsonObject { ["architecture"] = architecture, ["os"] = "linux" },
        };
    }

    /// <summary>Where a blob is.</summary>
    public string PathOf(Digest digest) => Path.Combine(blobsPath, "sha256", digest.Hex);

    /// <summary>Takes away the first layer of an image.</summary>
    public void RemoveLayer(StoreImage image)
    {
        var manifest = JsonNode.Parse(File.ReadAllBytes(PathOf(image.Name.Digest)))!;
        File.Delete(PathOf(Digest.Parse(manifest["layers"]![0]!["digest"]!.GetValue<string>())));
    }

    private Descriptor MakeManifest(bool docker, string architecture, Layer[] layers)
    {
        var config = Json(new JsonObject
        {
            ["architecture"] = architecture,
            ["os"] = "linux",
            ["config"] = new JsonObject(),
            ["rootfs"] = new JsonObject
            {
                ["type"] = "layers",
                ["diff_ids"] = new JsonArray([.. layers.Select(static layer => JsonValue.Create(layer.DiffId.ToString()))]),
            },
        });
        var kind = docker ? "application/vnd.docker." : "application/vnd.oci.";
        var mediaType = kind + (docker ? "distribution.manifest.v2+json" : "image.manifest.v1+json");
        var layerType = kind + (docker ? "image.rootfs.diff.tar.gzip" : "image.layer.v1.tar+gzip");
        var manifest = Json(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = mediaType,
            ["config"] = Blob(kind + (docker ? "container.image.v1+json" : "image.config.v1+json"), Put(config), config.Length),
            ["layers"] = new JsonArray([.. layers.Select(layer => Blob(layerType, layer.Digest, layer.Size))]),
        });
        return new Descriptor(mediaType, Put(manifest), manifest.Length);

        static JsonObject Blob(string mediaType, Digest digest, long size) => new() { ["mediaType"] = mediaType, ["digest"] = digest.ToString(), ["size"] = size };
    }

    private Digest Put(byte[] bytes)
    {
        var digest = Digest.Of(bytes);
        Directory.CreateDirectory(Path.Combine(blobsPath, "sha256"));
        File.WriteAllBytes(PathOf(digest), bytes);
        return digest;
    }

    private static StoreImage Named(string repository, Descriptor manifest) => new(new ImageName(repository, manifest.Digest), manifest.MediaType, manifest.Size);

    private static byte[] Json(JsonObject json) => JsonSerializer.SerializeToUtf8Bytes(json);

    internal sealed record Layer(Digest Digest, long Size, Digest DiffId);

    private sealed record Descriptor(string MediaType, Digest Digest, long Size);
}
