using System.Text.Json;
using System.Text.Json.Nodes;
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
        var config = Add(new JsonObject
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
        var mediaType = docker ? MediaTypes.DockerManifest : MediaTypes.OciManifest;
        var manifest = Add(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = mediaType,
            ["config"] = Descriptor(docker ? MediaTypes.DockerConfig : MediaTypes.OciConfig, config),
            ["layers"] = Array(layers, layer =>
                Descriptor(docker ? MediaTypes.DockerLayer : MediaTypes.OciLayer, (layer.Digest, layer.Size))),
        });
        return new MadeImage(tag, new ImageName(repository, manifest.Digest), mediaType, manifest.Size, layers);
    }

    /// <summary>Writes a Docker manifest list over images of several architectures; its layers are those of the first.</summary>
    public MadeImage WriteList(string tag, params (string GoArch, MadeImage Image)[] instances)
    {
        var list = Add(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.DockerList,
            ["manifests"] = Array(instances, static instance =>
            {
                var descriptor = Descriptor(instance.Image.MediaType, (instance.Image.Name.Digest, instance.Image.ManifestSize));
                descriptor["platform"] = new JsonObject { ["architecture"] = instance.GoArch, ["os"] = "linux" };
                return descriptor;
            }),
        });
        return new MadeImage(tag, new ImageName(repository, list.Digest), MediaTypes.DockerList, list.Size, instances[0].Image.Layers);
    }

    private static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode> node) => [.. items.Select(node)];

    private static JsonObject Descriptor(string mediaType, (Digest Digest, long Size) blob) => new()
    {
        ["mediaType"] = mediaType,
        ["digest"] = blob.Digest.ToString(),
        ["size"] = blob.Size,
    };

    private (Digest Digest, long Size) Add(JsonObject json)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(json);
        return (folder.Add(bytes), bytes.Length);
    }
}
