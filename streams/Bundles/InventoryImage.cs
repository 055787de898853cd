namespace Handcarry.Streams.Bundles;

/// <summary>One image of a bundle.</summary>
/// <param name="Name">Its name by digest.</param>
/// <param name="Manifest">Index of its manifest (or manifest list) in <see cref="BundleInventory.Blobs"/>.</param>
/// <param name="Blobs">Indexes of all blobs it needs, the manifest included, ascending, each once.</param>
public sealed record InventoryImage(string Name, int Manifest, IReadOnlyList<int> Blobs);
