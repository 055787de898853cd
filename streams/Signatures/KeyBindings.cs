using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Handcarry.Streams.Signatures;

/// <summary>
/// Works out what the signatures within a key ring say of its keys (RFC 4880 sections 5.2.1 and 11.1): the newest word of the owner counts, a
/// revocation always. SHA-1 is accepted here, as everywhere: the publisher's release key of 2009 has no other self-signature, and the file it is in
/// has been chosen by the administrator.
/// </summary>
internal static class KeyBindings
{
    private static readonly int[] Certifications =
    [
        PgpSignature.DefaultCertification, PgpSignature.NoCertification, PgpSignature.CasualCertification, PgpSignature.PositiveCertification,
    ];

    public static IEnumerable<ReleaseKey> Of(PgpPublicKeyRing ring)
    {
        var primary = Primary(ring.GetPublicKey());
        yield return primary;
        foreach (var subkey in ring.GetPublicKeys().Where(static key => !key.IsMasterKey))
            yield return Subkey(subkey, primary);
    }

    private static ReleaseKey Primary(PgpPublicKey key)
    {
        var own = Own(key.GetKeySignatures(), key, PgpSignature.DirectKey, signature => signature.VerifyCertification(key));
        var names = key.GetUserIds()
            .Select(id => Newest(Own(
                key.GetSignaturesForId(id), key, [.. Certifications, PgpSignature.CertificationRevocation], signature => signature.VerifyCertification(id, key))))
            .Where(static signature => signature is not null && signature.SignatureType != PgpSignature.CertificationRevocation)
            .ToArray();
        var word = Newest(names.Concat(own));
        return new ReleaseKey(key)
        {
            Bound = names.Length > 0,
            MaySign = MaySign(word),
            Revoked = Own(key.GetKeySignatures(), key, PgpSignature.KeyRevocation, signature => signature.VerifyCertification(key)).Any(),
            Expires = Expires(key, word),
        };
    }

    private static ReleaseKey Subkey(PgpPublicKey key, ReleaseKey primary)
    {
        var master = primary.Key;
        var word = Newest(Own(key.GetSignatures(), master, PgpSignature.SubkeyBinding, signature => signature.VerifyCertification(master, key)));
        return new ReleaseKey(key)
        {
            Bound = primary.Bound && BoundBack(word, key, master),
            MaySign = MaySign(word),
            Revoked = primary.Revoked
                || Own(key.GetSignatures(), master, PgpSignature.SubkeyRevocation, signature => signature.VerifyCertification(master, key)).Any(),
            Expires = Earlier(primary.Expires, Expires(key, word)),
        };
    }

    // Without the subkey's own consent anybody could adopt it, and pass its signatures off as theirs (RFC 4880 section 5.2.1, type 0x19).
    private static bool BoundBack(PgpSignature? binding, PgpPublicKey key, PgpPublicKey master) =>
        binding is not null
        && new[] { binding.GetHashedSubPackets(), binding.GetUnhashedSubPackets() }
            .Where(static packets => packets is not null)
            .SelectMany(static packets => Enumerable.Range(0, packets.GetEmbeddedSignatures().Count).Select(i => packets.GetEmbeddedSignatures()[i]))
            .Any(back => back.SignatureType == PgpSignature.PrimaryKeyBinding
                && Holds(back, key, signature => signature.VerifyCertification(master, key)));

    private static IEnumerable<PgpSignature> Own(IEnumerable<PgpSignature> signatures, PgpPublicKey owner, int type, Func<PgpSignature, bool> verify) =>
        Own(signatures, owner, [type], verify);

    private static IEnumerable<PgpSignature> Own(IEnumerable<PgpSignature> signatures, PgpPublicKey owner, int[] types, Func<PgpSignature, bool> verify) =>
        signatures.Where(signature => signature.KeyId == owner.KeyId && types.Contains(signature.SignatureType) && Holds(signature, owner, verify));

    private static bool Holds(PgpSignature signature, PgpPublicKey signer, Func<PgpSignature, bool> verify)
    {
        if (signature.HashAlgorithm == HashAlgorithmTag.MD5)
            return false;
        try
        {
            signature.InitVerify(signer);
            return verify(signature);
        }
        // One signature that cannot be read, of an algorithm unknown here perhaps, is as if it were not there.
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return false;
        }
    }

    private static PgpSignature? Newest(IEnumerable<PgpSignature?> signatures) => signatures.MaxBy(static signature => signature?.CreationTime);

    // Keys that say nothing of their use may be used for everything: what says it (RFC 4880 section 5.2.3.21) is younger than they are.
    private static bool MaySign(PgpSignature? word) => word is not null
        && (word.GetHashedSubPackets() is not { } packets
            || !packets.HasSubpacket(SignatureSubpacketTag.KeyFlags)
            || (packets.GetKeyFlags() & PgpKeyFlags.CanSign) != 0);

    private static DateTime? Expires(PgpPublicKey key, PgpSignature? word) =>
        word?.GetHashedSubPackets()?.GetKeyExpirationTime() is { } seconds and > 0 ? key.CreationTime.AddSeconds(seconds) : null;

    private static DateTime? Earlier(DateTime? one, DateTime? other) => one < other || other is null ? one : other;
}
