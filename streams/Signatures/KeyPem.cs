using System.Security.Cryptography;
using Handcarry.Streams.Content;
using Org.BouncyCastle.Asn1.EdEC;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;

namespace Handcarry.Streams.Signatures;

/// <summary>What reading private and public keys has in common.</summary>
internal static class KeyPem
{
    /// <summary>The first PEM block (RFC 7468): its label and its bytes.</summary>
    public static (string Label, byte[] Der) Read(string pem, string what) =>
        PemEncoding.TryFind(pem, out var fields)
            ? (pem[fields.Label], Convert.FromBase64String(pem[fields.Base64Data]))
            : throw Unsupported($"this is not a {what} in PEM form (\"-----BEGIN ...\").");

    public static string AlgorithmOf(AlgorithmIdentifier algorithm)
    {
        if (algorithm.Algorithm.Equals(EdECObjectIdentifiers.id_Ed25519))
            return EngineerSignature.Ed25519;
        // A curve written out by its parameters is refused: it would have another Id, and may be another curve (CVE-2020-0601).
        return algorithm.Algorithm.Equals(X9ObjectIdentifiers.IdECPublicKey) && SecObjectIdentifiers.SecP256r1.Equals(algorithm.Parameters)
            ? EngineerSignature.EcdsaP256Sha256
            : throw Unsupported(
                "the key is neither ECDSA on the named curve P-256 nor Ed25519; `handcarry create key` or `openssl genpkey -algorithm ed25519` makes one.");
    }

    /// <summary>Runs a decoder; whatever it makes of bytes that are no key becomes one sentence.</summary>
    public static T Decode<T>(Func<T> decode)
    {
        try
        {
            return decode();
        }
        catch (Exception error) when (error is not (ContentException or OutOfMemoryException))
        {
            throw Unsupported($"its bytes are not those of a key ({error.Message}).", error);
        }
    }

    public static ContentException Unsupported(string why, Exception? inner = null) =>
        new(Reasons.UnsupportedKey, $"The key cannot be used: {why}", inner);
}
