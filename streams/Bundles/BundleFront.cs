namespace Handcarry.Streams.Bundles;

/// <summary>What stands before the blobs of a bundle.</summary>
/// <param name="Metadata">metadata.json.</param>
/// <param name="Inventory">The inventory.</param>
/// <param name="Bytes">The entries up to the header of the first blob.</param>
public sealed record BundleFront(BundleMetadata Metadata, BundleInventory Inventory, ReadOnlyMemory<byte> Bytes);
