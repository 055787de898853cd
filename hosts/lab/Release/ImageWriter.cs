using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Lab.Release;

/// <summary>
/// Writes configs, manifests and manifest lists (OCI image-spec v1.1; Docker image manifest version 2, schema 2) into a folder of blobs.
/// </summary>
internal sealed class ImageWriter(BlobFolder folder, string repository)
{
    private const string Created = "2026-01-01T00:00:00Z";

    /// <summary>Writes config and manifest of an image.</summary>
    public MadeImage Write(string tag, string goArch, IReadOnlyList<Layer> layers, bool docker, JsonObject labels)
    {
        var config = Add(docker ? MediaTypes.DockerConfig : MediaTypes.OciConfig, new JsonObject
        {
            ["created"] = Created,
            ["architecture"] = goArch,
            ["os"] = "linux",
            ["config"] = new JsonObject
            {
                ["Env"] = new JsonArray("PATH=/usr/local/bin:/usr/bin:/bin"),
                ["Cmd"] = new JsonArray("/bin/sh"),
                ["Labels"] = labels.DeepClone(),
            },
            ["rootfs"] = new JsonObject
            {
                ["type"] = "layers",
                ["diff_ids"] = Array(layers, static layer => JsonValue.Create(layer.DiffId.ToString())),
            },
            ["history"] = Array(layers, layer => new JsonObject { ["created"] = Created, ["created_by"] = $"handcarry-lab release, {tag}" }),
        });
        Descriptor[] blobs =
            [.. layers.Select(layer => new Descriptor(docker ? MediaTypes.DockerLayerGzip : MediaTypes.OciLayerGzip, layer.Digest, layer.Size))];
        var mediaType = docker ? MediaTypes.DockerManifest : MediaTypes.OciManifest;
        var manifest = Add(mediaType, new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = mediaType,
            ["config"] = Json(config),
            ["layers"] = Array(blobs, Json),
        });
        return new MadeImage(tag, new BundleImage(new ImageName(repository, manifest.Digest), [manifest], [config], blobs), layers);
    }

    /// <summary>Writes a Docker manifest list over images of several architectures that have the same layers.</summary>
    public MadeImage WriteList(string tag, params (string GoArch, MadeImage Image)[] instances)
    {
        var list = Add(MediaTypes.DockerManifestList, new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.DockerManifestList,
            ["manifests"] = Array(instances, static instance =>
            {
                var descriptor = Json(instance.Image.Manifest);
                descriptor["platform"] = new JsonObject { ["architecture"] = instance.GoArch, ["os"] = "linux" };
                return descriptor;
            }),
        });
        var blobs = new BundleImage(
            new ImageName(repository, list.Digest),
            [list, .. instances.SelectMany(static instance => instance.Image.Blobs.Manifests)],
            [.. instances.SelectMany(static instance => instance.Image.Blobs.Configs)],
            instances[0].Image.Blobs.Layers);
        return new MadeImage(tag, blobs, instances[0].Image.Layers);
    }

    private static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode> node) => [.. items.Select(node)];

    private static JsonObject Json(Descriptor blob) => new()
    {
        ["mediaType"] = blob.MediaType,
        ["digest"] = blob.Digest.ToString(),
        ["size"] = blob.Size,
    };

    private Descriptor Add(string mediaType, JsonObject json)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(json);
        return new Descriptor(mediaType, folder.Add(bytes), bytes.Length);
    }
}
