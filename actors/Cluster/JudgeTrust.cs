using Handcarry.Actors.Protocol;
using Handcarry.Streams.Content;
using Handcarry.Streams.Signatures;

namespace Handcarry.Actors.Cluster;

/// <summary>Whether the administrator wants this bundle, and whether somebody vouches for it whom he trusts.</summary>
internal static class JudgeTrust
{
    public static IEnumerable<Finding> Findings(BundleFacts bundle, UpgradeSpec spec)
    {
        if (spec.Disagreement is { } disagreement)
            yield return disagreement;

        if (spec.BundleDigest.Length > 0 && !bundle.IsPinnedBy(spec.BundleDigest))
        {
            yield return bundle.FileDigest.Length == 0 && Digest.TryParse(spec.BundleDigest, out _) ? new Finding(
                Reasons.FileDigestUnknown,
                $"{spec.DigestPinnedBy} is {spec.BundleDigest}, which is not the digest of the bundle's inventory, {bundle.Commitment}; that of its file has not been taken.",
                "It is taken when the bundle is judged; `handcarry preflight` with its file takes it, too.") : new Finding(
                "DigestNotPinned",
                $"The administrator allows only bundle {spec.BundleDigest}; this one is {bundle.Commitment}{(bundle.FileDigest.Length > 0 ? $", its file {bundle.FileDigest}" : "")}.",
                $"Insert the other, or change {spec.DigestPinnedBy}.");
        }

        if (spec.Trust.EngineerKeys.Count > 0 && WhyNotVouchedFor(bundle, spec.Trust.EngineerKeys) is { } finding)
            yield return finding;
    }

    private static Finding? WhyNotVouchedFor(BundleFacts bundle, IReadOnlyList<string> pems)
    {
        var signatures = Signatures(bundle.SignedBy).ToList();
        _ = Digest.TryParse(bundle.Commitment, out var commitment);
        foreach (var pem in pems)
        {
            try
            {
                var key = EngineerPublicKey.Parse(pem);
                if (signatures.Exists(signature => key.Verify(commitment, signature)))
                    return null;
            }
            catch (ContentException unreadable)
            {
                return new Finding(unreadable.Reason, $"A key in spec.trust.engineerKeys cannot be used: {unreadable.Message}", "Correct it, or take it out.").About("BundleUpgrade", "cluster");
            }
        }

        return new Finding(
            Reasons.EngineerSignatureMissing,
            signatures.Count == 0
                ? "Nobody has signed the bundle, and spec.trust.engineerKeys wants a signature."
                : $"The bundle is signed with {string.Join(", ", signatures.Select(s => s.KeyId))}, none of which is in spec.trust.engineerKeys, or not rightly.",
            "Have the engineer sign it with `handcarry sign`, or add his public key.");
    }

    /// <summary>Those that can be read; what cannot be is no signature by anybody.</summary>
    private static IEnumerable<EngineerSignature> Signatures(string signedBy)
    {
        foreach (var line in signedBy.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ');
            var value = new byte[line.Length];
            if (words is [var algorithm, var id, var text] && Digest.TryParse(id, out var key) && Convert.TryFromBase64String(text, value, out var length))
                yield return new EngineerSignature(algorithm, key, value[..length]);
        }
    }
}
