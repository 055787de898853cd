using Handcarry.Actors.Protocol;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Tests.Bundles;
using Handcarry.Streams.Tests.Content;

namespace Handcarry.Actors.Tests.Samples;

/// <summary>A small bundle of three images, one of them with a layer above a chunk.</summary>
internal static class ABundle
{
    public static async Task<(BundleFacts Facts, byte[] Bytes)> WriteAsync()
    {
        var bytes = await SampleBundle.Small().WriteAsync();
        var m = (await BundleReader.OpenAsync(new MemoryStream(bytes), new BundleLimits(), default)).Metadata;
        return (new BundleFacts(m.Commitment.ToString(), m.InventorySize, m.Version, m.Arch, m.Release, m.Size, m.UnpackedSize, m.Images.Count) { Previous = string.Join(' ', m.Previous) }, bytes);
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
