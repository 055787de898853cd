using Handcarry.Actors.Protocol;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Tests.Bundles;
using Handcarry.Streams.Tests.Content;

namespace Handcarry.Actors.Tests.Samples;

/// <summary>A small bundle of three images, one of them with a layer above a chunk.</summary>
internal static class ABundle
{
    public static async Task<(BundleFacts Facts, byte[] Bytes)> WriteAsync() => await FactsAsync(await SampleBundle.Small().WriteAsync());

    /// <summary>The same images in what is called a sealed store, of 9 MB.</summary>
    public static async Task<(BundleFacts Facts, byte[] Bytes)> WriteSealedAsync()
    {
        var sample = SampleBundle.Small();
        var store = sample.Add(Streams.Tests.Content.Blobs.Bytes(9_000_000, 7), MediaTypes.SealedStore);
        var contents = sample.Contents();
        return await FactsAsync(await sample.WriteAsync(contents with
        {
            Store = StoreKind.Sealed,
            SealedStore = store,
            Images = [.. contents.Images.Select(static image => image with { Layers = [] })],
        }));
    }

    /// <summary>An older release of one image, which has a signature beside it and shares nothing with the others.</summary>
    public static async Task<(BundleFacts Facts, byte[] Bytes)> WriteSignedAsync()
    {
        var sample = new SampleBundle();
        sample.Image("older", sample.Layer(20_000, 40));
        var config = sample.Add("""{"signature":1}"""u8.ToArray(), MediaTypes.OciConfig);
        var manifest = sample.Add(
            System.Text.Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{"mediaType":"{{config.MediaType}}","digest":"{{config.Digest}}","size":{{config.Size}}},"layers":[]}"""),
            MediaTypes.OciManifest);
        var contents = sample.Contents();
        return await FactsAsync(await sample.WriteAsync(contents with { Version = "4.12.3", Previous = ["4.12.2"], Attachments = [new BundleAttachment(contents.Release, manifest, [config])] }));
    }

    private static async Task<(BundleFacts Facts, byte[] Bytes)> FactsAsync(byte[] bytes)
    {
        var m = (await BundleReader.OpenAsync(new MemoryStream(bytes), new BundleLimits(), default)).Metadata;
        return (
            new BundleFacts(m.Commitment.ToString(), m.InventorySize, m.Version, m.Arch, m.Release, m.Size, m.UnpackedSize, m.Images.Count, m.Store == StoreKind.Sealed ? BundleFacts.Sealed : BundleFacts.Layers)
            {
                Previous = string.Join(' ', m.Previous),
                ImageDigests = string.Join(' ', m.Images.Select(static name => name.Split("sha256:")[1][..16])),
            },
            bytes);
    }

    /// <summary>As a node has it after carrying.</summary>
    public static async Task StoreAsync(byte[] bundle, BlobStore blobs)
    {
        var reader = await BundleReader.OpenAsync(new MemoryStream(bundle), new BundleLimits(), default);
        await reader.ReadInventoryAsync(default);
        await Blobs.StoreAsync(blobs, reader.InventoryBytes.ToArray());
        while (await reader.NextAsync(default) is { } entry)
        {
            var bytes = new byte[entry.Blob.Size];
            for (var at = 0; at < bytes.Length;)
                at += await entry.ReadAsync(bytes.AsMemory(at), default);
            await Blobs.StoreAsync(blobs, bytes);
        }
    }
}
