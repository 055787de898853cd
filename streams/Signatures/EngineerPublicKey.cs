using System.Security.Cryptography;
using Handcarry.Streams.Content;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace Handcarry.Streams.Signatures;

/// <summary>The public half of an <see cref="EngineerKey"/>: what a site is given to recognise its engineer's bundles.</summary>
public sealed class EngineerPublicKey
{
    private const string Label = "PUBLIC KEY";

    private readonly AsymmetricKeyParameter _key;
    private readonly byte[] _spki;

    internal EngineerPublicKey(AsymmetricKeyParameter key, string algorithm)
    {
        _key = key;
        _spki = SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(key).GetDerEncoded();
        Algorithm = algorithm;
        Id = Digest.Of(_spki);
    }

    /// <summary><see cref="EngineerSignature.EcdsaP256Sha256"/> or <see cref="EngineerSignature.Ed25519"/>.</summary>
    public string Algorithm { get; }

    /// <summary>The digest of the key's SubjectPublicKeyInfo: <c>openssl pkey -pubin -in key.pub -outform DER | sha256sum</c>.</summary>
    public Digest Id { get; }

    /// <summary>Reads a PEM SubjectPublicKeyInfo ("PUBLIC KEY", RFC 7468 section 13).</summary>
    /// <exception cref="ContentException"><see cref="Reasons.UnsupportedKey"/>: no such thing, or neither P-256 nor Ed25519.</exception>
    public static EngineerPublicKey Parse(string pem)
    {
        var (label, der) = KeyPem.Read(pem, "public key");
        if (label != Label)
            throw KeyPem.Unsupported($"a PEM \"{Label}\" is needed here, not \"{label}\"; `openssl pkey -in KEY -pubout` makes it from a private key.");
        return KeyPem.Decode(() =>
        {
            var info = SubjectPublicKeyInfo.GetInstance(der);
            return new EngineerPublicKey(PublicKeyFactory.CreateKey(info), KeyPem.AlgorithmOf(info.Algorithm));
        });
    }

    /// <summary>The key as PEM, readable by <see cref="Parse"/> and by openssl.</summary>
    public string ToPem() => PemEncoding.WriteString(Label, _spki) + "\n";

    /// <summary>Whether <paramref name="signature"/> was made with this key's private half over <paramref name="commitment"/>.</summary>
    public bool Verify(Digest commitment, EngineerSignature signature)
    {
        if (signature.Algorithm != Algorithm || signature.KeyId != Id)
            return false;
        var verifier = CommitmentSigner.Create(Algorithm);
        verifier.Init(forSigning: false, _key);
        verifier.BlockUpdate(CommitmentSigner.Message(commitment));
        return verifier.VerifySignature(signature.Value);
    }
}
