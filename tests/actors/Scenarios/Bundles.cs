using System.Security.Cryptography;
using Handcarry.Actors.Protocol;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Signatures;

namespace Handcarry.Actors.Tests.Scenarios;

/// <summary>The bundles of the stories, by letter: A is older than the cluster, the others are newer, D is for arm64, E is a sealed store
/// alone, F is two minor versions ahead, 0 does not name the cluster's version, 1 does not name any, 2 is signed by the key k1.</summary>
internal static class Bundles
{
    private static readonly Dictionary<string, (string Version, string Arch)> ByLetter = new(StringComparer.Ordinal)
    {
        ["A"] = ("4.11.9", "x86_64"),
        ["B"] = ("4.12.4", "x86_64"),
        ["C"] = ("4.13.0", "x86_64"),
        ["D"] = ("4.13.1", "aarch64"),
        ["E"] = ("4.12.5", "x86_64"),
        ["F"] = ("4.14.0", "x86_64"),
        ["0"] = ("4.12.6", "x86_64"),
        ["1"] = ("4.12.7", "x86_64"),
        ["2"] = ("4.12.8", "x86_64"),
    };

    private static readonly Dictionary<string, EngineerKey> Engineers = new(StringComparer.Ordinal)
    {
        ["k1"] = EngineerKey.Create(EngineerSignature.Ed25519, RandomNumberGenerator.Create()),
        ["k2"] = EngineerKey.Create(EngineerSignature.EcdsaP256Sha256, RandomNumberGenerator.Create()),
    };

    public static BundleFacts Facts(string letter) => new(
        Commitment(letter),
        1000,
        ByLetter[letter].Version,
        ByLetter[letter].Arch,
        $"quay.io/openshift-release-dev/ocp-release@{Commitment(letter)}",
        10_000_000_000,
        20_000_000_000,
        3,
        letter == "E" ? BundleFacts.Sealed : BundleFacts.Layers)
    {
        Previous = letter switch { "0" => "4.11.9 4.12.3", "1" => "", _ => "4.11.9 4.12.0 4.12.3 4.12.4" },
        SignedBy = letter == "2" ? Signed(Engineers["k1"], Commitment(letter)) : "",
    };

    public static string EngineerPem(string name) => Engineers[name].PublicKey.ToPem();

    /// <summary>An inventory of these images, the first of which is the release, and with the last blob as their sealed store; its other facts do not matter to a node.</summary>
    public static BundleInventory Inventory(IReadOnlyList<InventoryBlob> blobs, IReadOnlyList<InventoryImage> images, bool isSealed = false) => new()
    {
        Version = "4.12.4",
        Arch = "x86_64",
        UnpackedSize = 0,
        Store = isSealed ? StoreKind.Sealed : StoreKind.Layers,
        SealedStore = isSealed ? blobs.Count - 1 : null,
        Previous = [],
        Channels = [],
        Blobs = blobs,
        Images = images,
        Release = 0,
        Extra = [],
        Signatures = [],
        Attachments = [],
    };

    public static string Commitment(string letter) => "sha256:" + new string(char.ToLowerInvariant(letter[0]), 64);

    private static string Signed(EngineerKey key, string commitment)
    {
        var signature = key.Sign(Digest.Parse(commitment));
        return $"{signature.Algorithm} {signature.KeyId} {Convert.ToBase64String(signature.Value)}";
    }

    /// <summary>Texts for people carry digests; the stories carry letters.</summary>
    public static string Shorten(string text)
    {
        foreach (var letter in ByLetter.Keys)
        {
            text = text.Replace($"quay.io/openshift-release-dev/ocp-release@{Commitment(letter)}", $"release-{letter}", StringComparison.Ordinal)
                .Replace(Commitment(letter), letter, StringComparison.Ordinal)
                .Replace(Commitment(letter)[..19], letter, StringComparison.Ordinal);
        }

        return Engineers.Aggregate(text, (t, engineer) => t.Replace(engineer.Value.PublicKey.Id.ToString(), engineer.Key, StringComparison.Ordinal));
    }
}
