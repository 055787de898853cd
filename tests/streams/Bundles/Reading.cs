using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Tests.Bundles;

internal static class Reading
{
    /// <summary>Reads all of a bundle; every blob must be what the inventory says.</summary>
    public static async Task<(BundleReader Reader, Dictionary<Digest, byte[]> Blobs)> AllAsync(Stream stream, BundleLimits? limits = null)
    {
        var reader = await BundleReader.OpenAsync(stream, limits ?? new BundleLimits(), default);
        var inventory = await reader.ReadInventoryAsync(default);
        var blobs = new Dictionary<Digest, byte[]>();
        while (await reader.NextAsync(default) is { } entry)
        {
            Assert.Equal(inventory.Blobs[entry.Index], entry.Blob);
            var bytes = new byte[entry.Blob.Size];
            var at = 0;
            for (int read; (read = await entry.ReadAsync(bytes.AsMemory(at), default)) > 0; at += read)
                Assert.Equal(bytes.Length - at - read, entry.Remaining);
            Assert.Equal(bytes.Length, at);
            Assert.Equal(entry.Blob.Digest, Digest.Of(bytes));
            blobs.Add(entry.Blob.Digest, bytes);
        }
        Assert.Null(await reader.NextAsync(default));
        return (reader, blobs);
    }

    public static async Task<ContentException> FailsAsync(byte[] bundle, BundleLimits? limits = null)
    {
        var plain = await Assert.ThrowsAsync<ContentException>(() => AllAsync(new MemoryStream(bundle), limits));
        var shortReads = await Assert.ThrowsAsync<ContentException>(() => AllAsync(new ShortReads(bundle, 1), limits));
        Assert.Equal(plain.Reason, shortReads.Reason);
        return plain;
    }
}
