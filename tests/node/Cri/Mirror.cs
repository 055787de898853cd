using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Tests.Storage;
using Handcarry.Registries;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Cri;

/// <summary>A real registry on loopback that stands where the agent's own listener would: it serves images under the path of their own repository.</summary>
internal sealed class Mirror : IAsyncDisposable
{
    private const string Path = "openshift-release-dev/ocp-v4.0-art-dev";

    private readonly TestFolder _folder = new();
    private RegistryProcess? _registry;

    private Mirror(RegistryProcess registry)
    {
        _registry = registry;
        (Authority, Images) = (registry.Authority, new ImageMaker(_folder.At("blobs")));
    }

    public string Authority { get; }

    public ImageMaker Images { get; }

    public static async Task<Mirror> StartAsync() => new(await RegistryProcess.StartAsync());

    /// <summary>An image of one unique layer, or of the layers given.</summary>
    public async Task<WantedImage> OfferAsync(params ImageMaker.Layer[] layers)
    {
        var image = layers.Length == 0 ? Images.MakeUnique() : Images.Make(ImageMaker.Repository, docker: true, layers);
        await PushAsync(image);
        return new WantedImage(image.Name);
    }

    /// <summary>An image of one layer that says itself what is run, as that of pods must.</summary>
    public async Task<WantedImage> OfferProgramAsync(ImageMaker.Layer layer, params string[] entrypoint)
    {
        var image = Images.Make(ImageMaker.Repository, docker: false, layer);
        var manifest = JsonNode.Parse(await File.ReadAllBytesAsync(Images.PathOf(image.Name.Digest)))!;
        var config = JsonNode.Parse(await File.ReadAllBytesAsync(Images.PathOf(Digest.Parse(manifest["config"]!["digest"]!.GetValue<string>()))))!;
        config["config"]!["Entrypoint"] = new JsonArray([.. entrypoint.Select(static word => JsonValue.Create(word))]);
        using var push = _registry!.Push(Path);
        var pushed = await push.BlobAsync(JsonSerializer.SerializeToUtf8Bytes(config), MediaTypes.OciConfig);
        (manifest["config"]!["digest"], manifest["config"]!["size"]) = (pushed.Digest.ToString(), pushed.Size);
        await push.BlobAsync(Images.PathOf(layer.Digest), layer.Digest);
        var named = await push.ManifestAsync(JsonSerializer.SerializeToUtf8Bytes(manifest), MediaTypes.OciManifest);
        return new WantedImage(image.Name with { Digest = named.Digest });
    }

    public async Task<WantedImage> OfferListAsync()
    {
        var instance = Images.MakeUnique();
        await PushAsync(instance);
        var list = JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.OciIndex,
            ["manifests"] = new JsonArray(new JsonObject
            {
                ["mediaType"] = instance.ManifestMediaType,
                ["digest"] = instance.Name.Digest.ToString(),
                ["size"] = instance.ManifestSize,
                ["platform"] = new JsonObject { ["architecture"] = ImageMaker.Architecture, ["os"] = "linux" },
            }),
        });
        using var push = _registry!.Push(Path);
        var pushed = await push.ManifestAsync(list, MediaTypes.OciIndex);
        return new WantedImage(instance.Name with { Digest = pushed.Digest }, instance.Name.Digest);
    }

    public async Task StopAsync()
    {
        if (_registry is { } registry)
            await registry.DisposeAsync();
        _registry = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    private async Task PushAsync(StoreImage image)
    {
        using var push = _registry!.Push(Path);
        var manifest = await File.ReadAllBytesAsync(Images.PathOf(image.Name.Digest));
        var json = JsonNode.Parse(manifest)!;
        foreach (var blob in json["layers"]!.AsArray().Append(json["config"]))
        {
            var digest = Digest.Parse(blob!["digest"]!.GetValue<string>());
            await push.BlobAsync(Images.PathOf(digest), digest);
        }
        await push.ManifestAsync(manifest, image.ManifestMediaType);
    }
}
