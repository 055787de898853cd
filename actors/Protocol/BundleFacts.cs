namespace Handcarry.Actors.Protocol;

/// <summary>What a bundle's <c>metadata.json</c> says that matters for judging it.</summary>
/// <param name="Commitment">Digest of the inventory, which commits to every byte of the bundle.</param>
/// <param name="InventorySize">Size of the inventory in bytes.</param>
/// <param name="Version">OpenShift version.</param>
/// <param name="Arch">Architecture as release names spell it.</param>
/// <param name="Release">Release image by digest.</param>
/// <param name="Size">Bytes of all blobs.</param>
/// <param name="UnpackedSize">Bytes of all distinct layers, decompressed.</param>
/// <param name="Images">How many images.</param>
/// <param name="Store">In which form the images are carried: layers, sealed or both.</param>
public sealed record BundleFacts(
    string Commitment,
    long InventorySize,
    string Version,
    string Arch,
    string Release,
    long Size,
    long UnpackedSize,
    int Images,
    string Store = BundleFacts.Layers)
{
    /// <summary>As the blobs of a registry.</summary>
    public const string Layers = "layers";

    /// <summary>As a finished container storage alone.</summary>
    public const string Sealed = "sealed";

    /// <summary>Versions from which an upgrade to this one is supported, with spaces between them; empty when the release names none.</summary>
    public string Previous { get; init; } = "";

    /// <summary>
    /// Engineers' signatures of the commitment, each as algorithm, key id and value in base64 with spaces between them, a line each; empty for none.
    /// </summary>
    public string SignedBy { get; init; } = "";
}
