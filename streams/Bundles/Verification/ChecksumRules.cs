using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles.Verification;

/// <summary>Holds the digests of the files against the <c>.sha256</c> file. Names do not matter: files are renamed, and cut into parts anew.</summary>
internal static class ChecksumRules
{
    public static void Check(Sha256File wanted, Sha256File found, IReadOnlyList<long> lengths, BundleFindings findings)
    {
        var wrong = wanted.Files.Count == found.Files.Count
            ? Enumerable.Range(0, found.Files.Count).Where(i => found.Files[i].Digest != wanted.Files[i].Digest).ToList()
            : [];
        foreach (var i in wrong)
            findings.Add(Wrong(found.Files[i].Name, wanted.Files[i].Digest) with { Offset = lengths.Take(i).Sum() });
        if (wrong.Count == 0 && found.Whole != wanted.Whole)
            findings.Add(Wrong(found.Bundle, wanted.Whole) with { Offset = 0 });
    }

    private static BundleViolation Wrong(string name, Digest wanted) => new(
        Reasons.DigestMismatch,
        $"{name} as a whole does not hash to {wanted.Hex}, as the .sha256 file beside it says. It was damaged or changed; copy it again.");
}
