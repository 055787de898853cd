using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Node;

/// <summary>A bundle whose images are in a sealed store.</summary>
/// <param name="Commitment">Digest of the inventory.</param>
/// <param name="Inventory">The inventory, which names a sealed store.</param>
public sealed record SealedBundle(Digest Commitment, BundleInventory Inventory)
{
    /// <summary>The store.</summary>
    public InventoryBlob Store => Inventory.Blobs[Inventory.SealedStore!.Value];
}
