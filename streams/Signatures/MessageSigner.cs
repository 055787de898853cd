using Handcarry.Streams.Content;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Handcarry.Streams.Signatures;

/// <summary>Finds the key of a keyring that has signed a message and may do so; what is in the way is a <see cref="ContentException"/>.</summary>
internal static class MessageSigner
{
    private const int SmallestRsaKey = 2048;

    private static readonly HashAlgorithmTag[] StrongHashes =
        [HashAlgorithmTag.Sha224, HashAlgorithmTag.Sha256, HashAlgorithmTag.Sha384, HashAlgorithmTag.Sha512];

    // What may be marked critical (RFC 4880 section 5.2.3.1), because it is looked at here, or says nothing that would matter.
    private static readonly SignatureSubpacketTag[] Understood =
    [
        SignatureSubpacketTag.CreationTime, SignatureSubpacketTag.ExpireTime, SignatureSubpacketTag.IssuerKeyId, SignatureSubpacketTag.IssuerFingerprint,
        SignatureSubpacketTag.SignerUserId,
    ];

    public static ReleaseKey Find(SignedMessage message, ReleaseKeyring keyring, DateTime now)
    {
        var signature = message.Signature;
        CheckSignature(signature, now);
        var candidates = keyring.WithId(signature.KeyId).ToArray();
        if (candidates.Length == 0)
            throw new ContentException(Reasons.SignatureUnknownKey, $"The signature is by the key {signature.KeyId:X16}, which is not in {keyring.Name}.");
        // Any key may be made to have the id of another one: its 64 bits are only a hint.
        var signer = candidates.FirstOrDefault(key => Made(key.Key, message)) ?? throw new ContentException(
            Reasons.SignatureBad, $"The key {signature.KeyId:X16} has not signed this: the signature, or the text, has been changed.");
        CheckKey(signer, signature, now);
        return signer;
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
