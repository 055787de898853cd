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

    private static async Task<(BundleFacts Facts, byte[] Bytes)> FactsAsync(byte[] bytes)
    {
        var m = (await BundleReader.OpenAsync(new MemoryStream(bytes), new BundleLimits(), default)).Metadata;
        return (BundleFacts.Of(m, []), bytes);
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
