namespace Handcarry.Streams.Bundles;

/// <summary>
/// What a bundle may ask of a node before anything in it is trusted. Beyond them reading stops with LimitExceeded. The defaults hold a
/// release fifty times the size of today's (190 images, 20 GB).
/// </summary>
public sealed record BundleLimits
{
    /// <summary>Most bytes of metadata.json. An image takes about 120 bytes in it. Default 1 MiB.</summary>
    public int MetadataBytes { get; init; } = 1 << 20;

    /// <summary>Most bytes of the inventory, which is held in memory. Default 64 MiB.</summary>
    public int InventoryBytes { get; init; } = 64 << 20;

    /// <summary>Most blobs. Default 100,000.</summary>
    public int Blobs { get; init; } = 100_000;

    /// <summary>Most images. Default 20,000.</summary>
    public int Images { get; init; } = 20_000;
}
