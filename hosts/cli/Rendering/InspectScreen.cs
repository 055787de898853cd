using Handcarry.Cli.Verification;

namespace Handcarry.Cli.Rendering;

/// <summary>What a bundle says of itself, as a screen.</summary>
internal static class InspectScreen
{
    public static StatusScreen Of(InspectedBundle bundle) => new(
        [.. Facts(bundle)],
        ["IMAGE", "SIZE", "LAYERS"],
        [.. (bundle.ImageList ?? []).Select(static image => new[] { image.Name, HumanBytes.Of(image.Size), $"{image.Layers}" })]);

    private static IEnumerable<(string Label, string Text)> Facts(InspectedBundle bundle)
    {
        yield return ("Version", $"{bundle.Version} {bundle.Arch}");
        yield return ("Release", bundle.Release);
        yield return ("Upgrades from", Or(bundle.Previous, "nothing that the release names"));
        yield return ("Channels", Or(bundle.Channels, "none"));
        yield return ("Images", bundle.Extra.Count == 0 ? $"{bundle.Images}" : $"{bundle.Images}, {bundle.Extra.Count} of them not part of the release");
        foreach (var extra in bundle.Extra)
            yield return ("  extra", extra);
        yield return ("Agent", bundle.Agent?.Version ?? "none: this bundle renews no agents");
        yield return ("Size", $"{HumanBytes.Of(bundle.Size)} ({bundle.Size} bytes), unpacked {HumanBytes.Of(bundle.UnpackedSize)}");
        yield return ("Store", bundle.SealedStoreSize is { } size ? $"{bundle.Store}, {HumanBytes.Of(size)}; layers of {bundle.LayersOf.Count} images besides" : bundle.Store);
        yield return ("Parts", bundle.Files.Count == 1 ? $"one: {bundle.Files[0]}" : $"{bundle.Files.Count}: {bundle.Files[0]} to {Path.GetFileName(bundle.Files[^1])}");
        yield return ("Signatures", $"{bundle.Signatures} of the release{bundle.SignatureVerdict switch { null => ", not verified: give --keyring", { Valid: true } good => ". " + good.Sentence, _ => "" }}");
        yield return ("Attachments", $"{bundle.Attachments} sigstore attachments");
        foreach (var signer in bundle.SignedBy)
            yield return ("Signed by", $"{signer.KeyId} ({signer.Algorithm}), {signer.Valid switch { null => "not verified: give --trust-key", true => "holds", false => "does not hold" }}");
        yield return ("Commitment", bundle.Commitment.ToString());
        foreach (var warning in bundle.Warnings)
            yield return ("Warning", warning);
    }

    private static string Or(IReadOnlyList<string> items, string none) => items.Count == 0 ? none : string.Join(", ", items);
}
