using System.Text.Json;
using Handcarry.Streams.Content;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Handcarry.Streams.Signatures;

/// <summary>
/// Verifies the publisher's signatures of a release as the cluster will (openshift/library-go, pkg/verify/verify.go; reference/openshift.md section 2.1),
/// and more strictly: expired keys and algorithms that can be forged are refused here, as gpg and containers/image do.
/// </summary>
public static class ReleaseSignature
{
    /// <summary>How many bytes a signature may have, and what it unpacks to: 50 KiB (pkg/verify/store/sigstore/sigstore.go).</summary>
    public const int MaximumSize = 50 << 10;

    private const int SmallestRsaKey = 2048;

    private static readonly HashAlgorithmTag[] StrongHashes =
        [HashAlgorithmTag.Sha224, HashAlgorithmTag.Sha256, HashAlgorithmTag.Sha384, HashAlgorithmTag.Sha512];

    // What may be marked critical (RFC 4880 section 5.2.3.1), because it is looked at here, or says nothing that would matter.
    private static readonly SignatureSubpacketTag[] Understood =
    [
        SignatureSubpacketTag.CreationTime, SignatureSubpacketTag.ExpireTime, SignatureSubpacketTag.IssuerKeyId, SignatureSubpacketTag.IssuerFingerprint,
        SignatureSubpacketTag.SignerUserId,
    ];

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
            var verdict = Best(signatures.Select(signature => Verify(signature, release, [keyring], now)));
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
        try
        {
            var message = SignedMessage.Read(signature.Span);
            var signers = Signers(message, keyrings, now.UtcDateTime);
            var said = ContainerSignature.Parse(message.Text);
            return said.Critical.Image.DockerManifestDigest == release.ToString()
                ? new SignatureVerdict(null, $"Signed as {said.Critical.Identity.DockerReference} by {string.Join(", ", signers)}.")
                {
                    Signers = signers,
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
            return new SignatureVerdict(Reasons.SignatureMalformed, $"The signed text is not a container signature: {error.Message}.");
        }
    }

    private static SignatureVerdict? Best(IEnumerable<SignatureVerdict> verdicts) =>
        verdicts.MinBy(static verdict => verdict.Reason switch { null => 0, Reasons.SignatureUnknownKey => 2, _ => 1 });

    private static string[] Signers(SignedMessage message, IReadOnlyCollection<ReleaseKeyring> keyrings, DateTime now)
    {
        var signature = message.Signature;
        CheckSignature(signature, now);
        var candidates = keyrings.SelectMany(keyring => keyring.WithId(signature.KeyId)).DistinctBy(static key => key.Fingerprint).ToArray();
        if (candidates.Length == 0)
        {
            throw new ContentException(
                Reasons.SignatureUnknownKey,
                $"The signature is by the key {signature.KeyId:X16}, which is not in {string.Join(", ", keyrings.Select(static keyring => keyring.Name))}.");
        }
        var makers = candidates.Where(key => Made(key.Key, message)).ToArray();
        if (makers.Length == 0)
            throw new ContentException(Reasons.SignatureBad, $"The key {signature.KeyId:X16} has not signed this: the signature, or the text, has been changed.");
        foreach (var key in makers)
            CheckKey(key, signature, now);
        return [.. makers.Select(static key => key.Fingerprint)];
    }

    private static void CheckSignature(PgpSignature signature, DateTime now)
    {
        if (signature.SignatureType is not (PgpSignature.BinaryDocument or PgpSignature.CanonicalTextDocument))
            throw new ContentException(Reasons.SignatureMalformed, $"The signature is of type 0x{signature.SignatureType:X2}, which is not for documents.");
        if (!StrongHashes.Contains(signature.HashAlgorithm))
        {
            throw new ContentException(
                Reasons.SignatureWeak, $"The signature uses {signature.HashAlgorithm}, which can be forged; its publisher has to sign with SHA-256 or better.");
        }
        // Version 3 has no subpackets.
        if (signature.GetHashedSubPackets() is not { } packets)
            return;
        if (packets.GetCriticalTags().Except(Understood).Any())
            throw new ContentException(Reasons.SignatureMalformed, "The signature has a condition that is not known here and must not be passed over.");
        if (!packets.HasSubpacket(SignatureSubpacketTag.CreationTime))
            throw new ContentException(Reasons.SignatureMalformed, "The signature does not say when it was made.");
        if (packets.HasSubpacket(SignatureSubpacketTag.ExpireTime) && Created(signature).AddSeconds(packets.GetSignatureExpirationTime()) is var end && end < now)
            throw new ContentException(Reasons.SignatureExpired, $"The signature expired on {end:yyyy-MM-dd}; fetch a new one.");
    }

    private static bool Made(PgpPublicKey key, SignedMessage message)
    {
        try
        {
            message.Signature.InitVerify(key);
            message.Signature.Update(message.Text);
            return message.Signature.Verify();
        }
        // Numbers that are out of range for the key are complained about in many ways.
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return false;
        }
    }

    private static void CheckKey(ReleaseKey key, PgpSignature signature, DateTime now)
    {
        if (key.Revoked)
            throw new ContentException(Reasons.SignatureKeyRevoked, $"The key {key.Fingerprint} that signed has been revoked by its owner.");
        if (!key.Bound || !key.MaySign)
            throw new ContentException(Reasons.SignatureKeyUnfit, $"The key {key.Fingerprint} is not for signing, or its owner has not bound it to a name.");
        if (key.Expires is { } end && end < now)
            throw new ContentException(Reasons.SignatureKeyExpired, $"The key {key.Fingerprint} expired on {end:yyyy-MM-dd}; a newer copy of it may last longer.");
        if (key.Key.CreationTime > Created(signature))
            throw new ContentException(Reasons.SignatureBad, $"The signature says that it is older than the key {key.Fingerprint} that made it.");
        if (!Strong(key.Key))
            throw new ContentException(Reasons.SignatureWeak, $"The key {key.Fingerprint} ({key.Key.Algorithm}, {key.Key.BitStrength} bits) can be forged.");
    }

    // From what is signed alone: anybody may add a subpacket that is not.
    private static DateTime Created(PgpSignature signature) => signature.GetHashedSubPackets()?.GetSignatureCreationTime() ?? signature.CreationTime;

    // The fingerprint of a key before version 4 is an MD5.
    private static bool Strong(PgpPublicKey key) => key.Version >= PublicKeyPacket.Version4 && key.Algorithm switch
    {
        PublicKeyAlgorithmTag.RsaGeneral or PublicKeyAlgorithmTag.RsaSign => key.BitStrength >= SmallestRsaKey,
        PublicKeyAlgorithmTag.ECDsa or PublicKeyAlgorithmTag.EdDsa_Legacy or PublicKeyAlgorithmTag.Ed25519 or PublicKeyAlgorithmTag.Ed448 => true,
        _ => false,
    };
}
