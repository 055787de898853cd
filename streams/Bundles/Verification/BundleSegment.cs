namespace Handcarry.Streams.Bundles.Verification;

/// <summary>A piece of a bundle of which it is known what must be there.</summary>
/// <param name="Offset">Where it starts, in bytes from the start of the bundle.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="What">What it is, for people.</param>
/// <param name="Blob">Index of the blob whose data it is; null for what stands between blobs.</param>
/// <param name="Expected">All bytes of what stands between blobs; null for a blob, and for what has been judged before.</param>
internal sealed record BundleSegment(long Offset, long Length, string What, int? Blob, byte[]? Expected)
{
    /// <summary>All of a bundle, without gaps. Apart from the blobs, whose digests are known, every byte follows from the inventory.</summary>
    public static IEnumerable<BundleSegment> Of(BundleFile bundle)
    {
        var at = bundle.LayoutOffset;
        yield return new BundleSegment(0, at, $"{EntryName.Metadata} or the inventory", null, null);
        var (layout, index) = BundleLayout.LayoutFiles(bundle.Inventory);
        foreach (var (name, data) in new[] { (EntryName.Layout, layout), (EntryName.Index, index) })
        {
            yield return Fixed($"the header of {name}", new UstarHeader(name, data.Length).ToBlock());
            yield return Fixed(name, data);
            yield return Fixed($"the padding after {name}", new byte[UstarHeader.Padding(data.Length)]);
        }
        for (var i = 0; i < bundle.Inventory.Blobs.Count; i++)
        {
            var blob = bundle.Inventory.Blobs[i];
            var name = EntryName.Of(blob.Digest);
            yield return Fixed($"the header of {name}", new UstarHeader(name, blob.Size).ToBlock());
            yield return new BundleSegment(at, blob.Size, name, i, null);
            at += blob.Size;
            yield return Fixed($"the padding after {name}", new byte[UstarHeader.Padding(blob.Size)]);
        }
        yield return Fixed("the end of the archive", new byte[UstarHeader.EndBytes]);

        BundleSegment Fixed(string what, byte[] expected)
        {
            at += expected.Length;
            return new BundleSegment(at - expected.Length, expected.Length, what, null, expected);
        }
    }
}
