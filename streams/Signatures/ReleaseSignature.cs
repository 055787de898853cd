using System.Text.Json;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Signatures;

/// <summary>
/// Verifies the publisher's signatures of a release as the cluster will (openshift/library-go, pkg/verify/verify.go; reference/openshift.md section 2.1),
/// and more strictly: expired keys and algorithms that can be forged are refused here, as gpg and containers/image do.
/// </summary>
public static class ReleaseSignature
{
    /// <summary>How many bytes a signature may have, and what it unpacks to: 50 KiB (pkg/verify/store/sigstore/sigstore.go).</summary>
    public const int MaximumSize = 50 << 10;

    /// <summary>
    /// Whether <paramref name="release"/> is vouched for by a key of <em>each</em> keyring, as a cluster wants it; one signature may do for several.
    /// </summary>
    /// <param name="signatures">Binary OpenPGP signed messages, of whatever origin.</param>
    /// <param name="release">The digest by which the release is asked for; that of the list for one of many architectures.</param>
    /// <param name="keyrings">One or more.</param>
    /// <param name="now">When, for what expires.</param>
    public static SignatureVerdict VerifyAll(
        IReadOnlyCollection<ReadOnlyMemory<byte>> signatures, Digest release, IReadOnlyCollection<ReleaseKeyring> keyrings, DateTimeOffset now)
    {
        if (keyrings.Count == 0)
            throw new ArgumentException("There are no keyrings to verify signatures with.", nameof(keyrings));
        var holding = new List<SignatureVerdict>();
        foreach (var keyring in keyrings)
        {
            var verdict = Best(signatures.Select(signature => Judge(signature, release, keyring, now)));
            if (verdict is not { Valid: true })
            {
                return new SignatureVerdict(
                    verdict?.Reason ?? Reasons.SignatureMissing,
                    $"No signature of the release {release} holds with the keys of {keyring.Name}. {verdict?.Sentence ?? "There are no signatures of it."}");
            }
            holding.Add(verdict);
        }
        return holding[0] with { Signers = [.. holding.SelectMany(static verdict => verdict.Signers).Distinct()] };
    }

    /// <summary>Whether one signature vouches for <paramref name="release"/> with a key of <em>any</em> of the keyrings.</summary>
    /// <param name="signature">A binary OpenPGP signed message; anything else is a verdict, too.</param>
    /// <param name="release">The digest by which the release is asked for.</param>
    /// <param name="keyrings">One or more.</param>
    /// <param name="now">When, for what expires.</param>
    public static SignatureVerdict Verify(
        ReadOnlyMemory<byte> signature, Digest release, IReadOnlyCollection<ReleaseKeyring> keyrings, DateTimeOffset now)
    {
        var verdicts = keyrings.Select(keyring => Judge(signature, release, keyring, now)).ToArray();
        return Best(verdicts) is { } best
            ? best with { Signers = [.. verdicts.SelectMany(static verdict => verdict.Signers).Distinct()] }
            : throw new ArgumentException("There are no keyrings to verify a signature with.", nameof(keyrings));
    }

    private static SignatureVerdict Judge(ReadOnlyMemory<byte> signature, Digest release, ReleaseKeyring keyring, DateTimeOffset now)
    {
        try
        {
            var message = SignedMessage.Read(signature.Span);
            var signer = MessageSigner.Find(message, keyring, now.UtcDateTime).Fingerprint;
            var said = ContainerSignature.Parse(message.Text);
            return said.Critical.Image.DockerManifestDigest == release.ToString()
                ? new SignatureVerdict(null, $"Signed as {said.Critical.Identity.DockerReference} by {signer}.")
                {
                    Signers = [signer],
                    DockerReference = said.Critical.Identity.DockerReference,
                    Timestamp = said.Timestamp,
                }
                : new SignatureVerdict(
                    Reasons.SignatureWrongDigest,
                    $"The signature is of {said.Critical.Image.DockerManifestDigest}, another release than {release}; fetch the one of this release.");
        }
        catch (ContentException refused)
        {
            return new SignatureVerdict(refused.Reason, refused.Message);
        }
        catch (JsonException error)
        {
            return new SignatureVerdict(Reasons.SignatureMalformed, $"The signed text is not a container signature: {error.Message.TrimEnd('.')}.");
        }
    }

    // Of those that do not hold, one by a known key says more.
    private static SignatureVerdict? Best(IEnumerable<SignatureVerdict> verdicts) =>
        verdicts.MinBy(static verdict => verdict.Reason switch { null => 0, Reasons.SignatureUnknownKey => 2, _ => 1 });
}
