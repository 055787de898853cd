namespace Handcarry.Streams.Bundles;

/// <summary>Sigstore signatures of one image; see <see cref="BundleAttachment"/>.</summary>
/// <param name="Subject">The signed image, or instance of a list, by digest.</param>
/// <param name="Manifest">Index of the attachment's manifest in <see cref="BundleInventory.Blobs"/>.</param>
/// <param name="Blobs">Indexes of all blobs it needs, the manifest included, ascending, each once.</param>
public sealed record InventoryAttachment(string Subject, int Manifest, IReadOnlyList<int> Blobs);
