using System.Text;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

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
    public string Previous { get; init => field = value ?? ""; } = "";

    /// <summary>
    /// Engineers' signatures of the commitment, each as algorithm, key id and value in base64 with spaces between them, a line each; empty for none.
    /// </summary>
    public string SignedBy { get; init => field = value ?? ""; } = "";

    /// <summary>The publisher's signatures of the release, each in base64, a line each; empty while they are not known, or when there are none.</summary>
    public string ReleaseSignatures { get; init => field = value ?? ""; } = "";

    /// <summary>The first <see cref="DigestDigits"/> hexadecimal digits of the digest of each image, with spaces between them: enough to tell them apart.</summary>
    public string ImageDigests { get; init => field = value ?? ""; } = "";

    /// <summary>Digest of the whole file (<see cref="BundleFileDigest"/>); empty while nobody has taken it.</summary>
    public string FileDigest { get; init => field = value ?? ""; } = "";

    /// <summary>How much of a digest <see cref="ImageDigests"/> has.</summary>
    public const int DigestDigits = 16;

    /// <summary>Most characters of a list: a control message has room for 128,000 bytes, and media go into the report of each second.</summary>
    private const int MostListed = 16 << 10;

    /// <summary>What <paramref name="metadata"/> says, with the release's <paramref name="signatures"/>.</summary>
    public static BundleFacts Of(BundleMetadata metadata, IEnumerable<ReadOnlyMemory<byte>> signatures)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return new(
            metadata.Commitment.ToString(), metadata.InventorySize, metadata.Version, metadata.Arch, metadata.Release, metadata.Size, metadata.UnpackedSize, metadata.Images.Count,
            metadata.Store.ToString().ToLowerInvariant())
        {
            Previous = Joined(' ', metadata.Previous),
            SignedBy = Joined('\n', metadata.SignedBy.Select(s => $"{s.Algorithm} {s.KeyId} {Convert.ToBase64String(s.Value)}")),
            ReleaseSignatures = Joined('\n', signatures.Select(s => Convert.ToBase64String(s.Span))),
            ImageDigests = Joined(' ', metadata.Images.Select(name => ImageName.Parse(name).Digest.Hex[..DigestDigits])),
        };
    }

    /// <summary>Whether it is the one that an administrator means by <paramref name="digest"/>.</summary>
    public bool IsPinnedBy(string digest) => digest.Length > 0 && (Commitment == digest || FileDigest == digest);

    /// <summary><see cref="ReleaseSignatures"/> as bytes; what is no base64 is no signature by anybody.</summary>
    public IReadOnlyList<byte[]> SignaturesOfRelease()
    {
        var signatures = new List<byte[]>();
        foreach (var line in ReleaseSignatures.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var value = new byte[line.Length];
            if (Convert.TryFromBase64String(line, value, out var length))
                signatures.Add(value[..length]);
        }

        return signatures;
    }

    /// <summary>As many as there is room for; a release names some hundred versions, and few people sign a bundle.</summary>
    private static string Joined(char separator, IEnumerable<string> items)
    {
        var joined = new StringBuilder();
        foreach (var item in items.TakeWhile(item => joined.Length + item.Length < MostListed))
            joined.Append(joined.Length > 0 ? separator : null).Append(item);
        return joined.ToString();
    }
}
