using Handcarry.Actors.Protocol;
using Handcarry.Streams.Bundles;

namespace Handcarry.Actors.Tests.Scenarios;

/// <summary>The bundles of the stories, by letter: A is older than the cluster, the others are newer, D is for arm64, E is a sealed store alone.</summary>
internal static class Bundles
{
    private static readonly Dictionary<string, (string Version, string Arch)> ByLetter = new(StringComparer.Ordinal)
    {
        ["A"] = ("4.11.9", "x86_64"),
        ["B"] = ("4.12.4", "x86_64"),
        ["C"] = ("4.13.0", "x86_64"),
        ["D"] = ("4.13.1", "aarch64"),
        ["E"] = ("4.12.5", "x86_64"),
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
        letter == "E" ? BundleFacts.Sealed : BundleFacts.Layers);

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

    /// <summary>Texts for people carry digests; the stories carry letters.</summary>
    public static string Shorten(string text)
    {
        foreach (var letter in ByLetter.Keys)
        {
            text = text.Replace($"quay.io/openshift-release-dev/ocp-release@{Commitment(letter)}", $"release-{letter}", StringComparison.Ordinal)
                .Replace(Commitment(letter), letter, StringComparison.Ordinal)
                .Replace(Commitment(letter)[..19], letter, StringComparison.Ordinal);
        }

        return text;
    }
}
