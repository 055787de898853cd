namespace Handcarry.Actors.Cluster;

/// <summary>The bundle an upgrade works on, as status shows it.</summary>
/// <param name="Commitment">Digest that commits to every byte of it.</param>
/// <param name="InventorySize">Size in bytes of the inventory that the commitment names.</param>
/// <param name="Version">OpenShift version.</param>
/// <param name="Arch">Architecture as release names spell it.</param>
/// <param name="Release">Release image by digest.</param>
/// <param name="Size">Bytes of all blobs.</param>
/// <param name="UnpackedSize">Bytes of all distinct layers, decompressed.</param>
/// <param name="Images">How many images.</param>
/// <param name="Source">Node whose medium it came from.</param>
public sealed record BundleView(
    string Commitment,
    long InventorySize,
    string Version,
    string Arch,
    string Release,
    long Size,
    long UnpackedSize,
    int Images,
    string Source)
{
    /// <summary>
    /// Whether, when it was accepted, the administrator had named its digest, or a key with which it is signed: somebody whom the site trusts vouches for all of it, and not the
    /// publisher for the release alone.
    /// </summary>
    public bool Vouched { get; init; }
}
