using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>An inventory that lies in a blob store under its commitment, where it came from a medium or another node.</summary>
public static class InventoryFile
{
    /// <summary>Reads and checks it.</summary>
    /// <exception cref="ContentException">BlobUnknown when it is not there; InvalidBundle, LimitExceeded.</exception>
    public static async ValueTask<BundleInventory> ReadAsync(BlobStore blobs, Digest commitment, BundleLimits limits, CancellationToken ct) =>
        InventoryRules.Parse(await blobs.ReadAllAsync(commitment, limits.InventoryBytes, ct), commitment, limits);
}
