using System.Text.Json;
using Handcarry.Streams.Content;
using Handcarry.Streams.Signatures;

namespace Handcarry.Streams.Bundles.Verification;

/// <summary>Who vouches for the release, and who for the bundle.</summary>
internal static class SignatureRules
{
    public static void Check(BundleFile bundle, BundleFindings findings, BundleVerifierOptions options)
    {
        CheckRelease(bundle, findings, options);
        CheckEngineers(bundle.Metadata, findings, options);
    }

    private static void CheckRelease(BundleFile bundle, BundleFindings findings, BundleVerifierOptions options)
    {
        var signatures = new List<ReadOnlyMemory<byte>>();
        foreach (var blob in bundle.Inventory.Signatures.Where(findings.Intact.Contains))
        {
            try
            {
                var signature = bundle.Read(blob, ReleaseSignature.MaximumSize);
                signatures.Add(signature);
                CheckSubject(signature, bundle.Release);
            }
            catch (ContentException e)
            {
                findings.Add(BundleViolation.Of(e) with { Blob = bundle.Inventory.Blobs[blob].Digest, Offset = bundle.OffsetOf(blob), Image = bundle.Metadata.Release });
            }
        }
        if (options.Keyrings.Count == 0)
        {
            if (bundle.Inventory.Signatures.Count == 0)
                findings.Notes.Add("The bundle has no signature of its release: a cluster takes it only by force.");
            return;
        }
        var verdict = ReleaseSignature.VerifyAll(signatures, bundle.Release, options.Keyrings, options.Clock.GetUtcNow());
        if (verdict.Valid || (bundle.Inventory.Signatures.Count == 0 && !options.RequireSignature))
            findings.Notes.Add(verdict.Sentence);
        else
            findings.Add(new BundleViolation(verdict.Reason, verdict.Sentence) { Image = bundle.Metadata.Release });
    }

    // Even without a keyring: a signature of something else is of no use to anybody.
    private static void CheckSubject(ReadOnlyMemory<byte> signature, Digest release)
    {
        try
        {
            var subject = ContainerSignature.Parse(SignedMessage.Read(signature.Span).Text).Critical.Image.DockerManifestDigest;
            if (subject != release.ToString())
                throw new ContentException(Reasons.SignatureWrongDigest, $"The signature is of {subject}, another release than {release}. Build the bundle again with the one of this release.");
        }
        catch (JsonException e)
        {
            throw new ContentException(Reasons.SignatureMalformed, $"The signed text is not a container signature: {e.Message}.", e);
        }
    }

    private static void CheckEngineers(BundleMetadata metadata, BundleFindings findings, BundleVerifierOptions options)
    {
        var holding = new List<Digest>();
        foreach (var signature in metadata.SignedBy)
        {
            if (options.TrustedKeys.FirstOrDefault(key => key.Id == signature.KeyId) is not { } key)
                findings.Notes.Add($"The bundle is signed with the key {signature.KeyId}, which is not among those that are trusted here.");
            else if (!key.Verify(metadata.Commitment, signature))
                findings.Add(new BundleViolation(Reasons.SignatureBad, $"The key {signature.KeyId} has not signed this bundle: the signature, or the bundle, has been changed.") { Offset = UstarHeader.Block });
            else
                holding.Add(signature.KeyId);
        }
        if (holding.Count > 0)
            findings.Notes.Add($"Signed with the trusted key {string.Join(" and ", holding)}.");
        if (options.TrustedKeys.Count == 0 || holding.Count > 0)
            return;
        const string missing = "No signature by a trusted key vouches for the bundle: handcarry sign adds one.";
        if (options.RequireSignature)
            findings.Add(new BundleViolation(Reasons.SignatureMissing, missing) { Offset = UstarHeader.Block });
        else
            findings.Notes.Add(missing);
    }
}
