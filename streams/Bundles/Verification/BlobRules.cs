using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles.Verification;

/// <summary>What holds for blobs whatever the images are: none is there for nothing, and the sealed store is one by its first bytes.</summary>
internal static class BlobRules
{
    public static void Check(BundleFile bundle, BundleFindings findings)
    {
        var inventory = bundle.Inventory;
        var used = inventory.Images.SelectMany(static image => image.Blobs).Concat(inventory.Attachments.SelectMany(static a => a.Blobs)).Concat(inventory.Signatures).ToHashSet();
        if (inventory.SealedStore is { } store)
        {
            used.Add(store);
            if (findings.Intact.Contains(store) && !IsSquashfs(bundle, store))
                findings.Add(Reasons.InvalidBundle, "The sealed store is no squashfs. Build the bundle again.", store, null);
        }
        foreach (var stray in Enumerable.Range(0, inventory.Blobs.Count).Where(i => !used.Contains(i)))
            findings.Add(Reasons.InvalidBundle, $"Nothing in the bundle needs blob {inventory.Blobs[stray].Digest}. Build the bundle again.", stray, null);
    }

    // Linux, include/uapi/linux/magic.h, SQUASHFS_MAGIC.
    private static bool IsSquashfs(BundleFile bundle, int blob)
    {
        var start = new byte[4];
        using var stream = bundle.OpenRead(blob);
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.AsSpan().SequenceEqual("hsqs"u8);
    }
}
