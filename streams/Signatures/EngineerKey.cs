using System.Security.Cryptography;
using Handcarry.Streams.Content;
using Org.BouncyCastle.Asn1.EdEC;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Prng;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security;

namespace Handcarry.Streams.Signatures;

/// <summary>The engineer's private key, with which bundles are signed: ECDSA on P-256, or Ed25519.</summary>
public sealed class EngineerKey
{
    private const string Plain = "PRIVATE KEY";
    private const string Encrypted = "ENCRYPTED PRIVATE KEY";

    // OWASP's figure of 2023 for PBKDF2 with HMAC-SHA-256.
    private const int Iterations = 600_000;
    private const int SaltSize = 16;

    private readonly AsymmetricKeyParameter _key;

    private EngineerKey(AsymmetricKeyParameter key, string algorithm)
    {
        _key = key;
        PublicKey = new EngineerPublicKey(PublicHalf(key), algorithm);
    }

    /// <summary>The half to give away.</summary>
    public EngineerPublicKey PublicKey { get; }

    /// <summary>Makes a new key.</summary>
    /// <param name="algorithm"><see cref="EngineerSignature.EcdsaP256Sha256"/> or <see cref="EngineerSignature.Ed25519"/>.</param>
    /// <param name="random">A source fit for keys.</param>
    /// <exception cref="ContentException"><see cref="Reasons.UnsupportedKey"/>: another algorithm.</exception>
    public static EngineerKey Create(string algorithm, RandomNumberGenerator random)
    {
        var source = Secure(random);
        IAsymmetricCipherKeyPairGenerator generator;
        switch (algorithm)
        {
            case EngineerSignature.Ed25519:
                generator = new Ed25519KeyPairGenerator();
                generator.Init(new Ed25519KeyGenerationParameters(source));
                break;
            case EngineerSignature.EcdsaP256Sha256:
                generator = new ECKeyPairGenerator();
                generator.Init(new ECKeyGenerationParameters(SecObjectIdentifiers.SecP256r1, source));
                break;
            default:
                throw KeyPem.Unsupported(
                    $"there is no algorithm \"{algorithm}\"; use {EngineerSignature.EcdsaP256Sha256} or {EngineerSignature.Ed25519}.");
        }
        return new EngineerKey(generator.GenerateKeyPair().Private, algorithm);
    }

    /// <summary>Reads a PEM PKCS #8 key: "PRIVATE KEY" or "ENCRYPTED PRIVATE KEY" (RFC 7468 sections 10 and 11).</summary>
    /// <param name="pem">The text of the file.</param>
    /// <param name="passphrase">Asked once, and only for an encrypted key.</param>
    /// <exception cref="ContentException">
    /// <see cref="Reasons.UnsupportedKey"/>: no such thing, or neither P-256 nor Ed25519. <see cref="Reasons.WrongPassphrase"/>.
    /// </exception>
    public static EngineerKey Parse(string pem, Func<string> passphrase)
    {
        var (label, der) = KeyPem.Read(pem, "private key");
        var info = label switch
        {
            Plain => KeyPem.Decode(() => PrivateKeyInfo.GetInstance(der)),
            Encrypted => Decrypt(KeyPem.Decode(() => EncryptedPrivateKeyInfo.GetInstance(der)), passphrase),
            _ => throw KeyPem.Unsupported($"a PEM \"{Plain}\" or \"{Encrypted}\" is needed, not \"{label}\"; `openssl pkcs8 -topk8 -in KEY` makes it from other forms."),
        };
        return KeyPem.Decode(() =>
        {
            var algorithm = KeyPem.AlgorithmOf(info.PrivateKeyAlgorithm);
            return new EngineerKey(PrivateKeyFactory.CreateKey(info), algorithm);
        });
    }

    /// <summary>The key as PEM PKCS #8, readable by <see cref="Parse"/> and by openssl. Whoever has it can sign bundles.</summary>
    public string ToPem() => PemEncoding.WriteString(Plain, Info().GetDerEncoded()) + "\n";

    /// <summary>As <see cref="ToPem()"/>, encrypted (PBES2: PBKDF2 with HMAC-SHA-256, AES-256-CBC).</summary>
    public string ToPem(string passphrase, RandomNumberGenerator random)
    {
        var salt = new byte[SaltSize];
        random.GetBytes(salt);
        var info = EncryptedPrivateKeyInfoFactory.CreateEncryptedPrivateKeyInfo(
            NistObjectIdentifiers.IdAes256Cbc, PkcsObjectIdentifiers.IdHmacWithSha256, passphrase.ToCharArray(), salt, Iterations, Secure(random), Info());
        return PemEncoding.WriteString(Encrypted, info.GetDerEncoded()) + "\n";
    }

    /// <summary>
    /// Signs a bundle: the UTF-8 text <c>handcarry bundle commitment v1\n&lt;sha256:hex&gt;\n</c>, where <paramref name="commitment"/> is what the
    /// bundle's metadata names by that word. The same key and commitment always give the same bytes. Anybody can check it:
    /// <c>openssl dgst -sha256 -verify key.pub -signature value text</c> (ECDSA), or
    /// <c>openssl pkeyutl -verify -pubin -inkey key.pub -rawin -in text -sigfile value</c> (Ed25519).
    /// </summary>
    public EngineerSignature Sign(Digest commitment)
    {
        var signer = CommitmentSigner.Create(PublicKey.Algorithm);
        signer.Init(forSigning: true, _key);
        signer.BlockUpdate(CommitmentSigner.Message(commitment));
        return new EngineerSignature(PublicKey.Algorithm, PublicKey.Id, signer.GenerateSignature());
    }

    private static PrivateKeyInfo Decrypt(EncryptedPrivateKeyInfo encrypted, Func<string> passphrase)
    {
        if (!KeyPem.Decode(() => IsPbkdf2(encrypted.EncryptionAlgorithm)))
            throw KeyPem.Unsupported("it is encrypted by other means than PBES2 with PBKDF2; `openssl pkcs8 -topk8 -in KEY` encrypts it like that.");
        var secret = passphrase().ToCharArray();
        try
        {
            return PrivateKeyInfoFactory.CreatePrivateKeyInfo(secret, encrypted);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            throw new ContentException(
                Reasons.WrongPassphrase, $"The key could not be decrypted: the passphrase is wrong or the file is damaged ({error.Message}).", error);
        }
    }

    // RFC 8018 section 6.2; what is older can be broken, and scrypt is unknown to the library.
    private static bool IsPbkdf2(AlgorithmIdentifier encryption) =>
        encryption.Algorithm.Equals(PkcsObjectIdentifiers.IdPbeS2)
        && PbeS2Parameters.GetInstance(encryption.Parameters).KeyDerivationFunc.Algorithm.Equals(PkcsObjectIdentifiers.IdPbkdf2);

    // RFC 5958 version 1, without the public key that version 2 may carry: openssl 3.0 does not read the latter.
    private PrivateKeyInfo Info() => _key is Ed25519PrivateKeyParameters edwards
        ? new PrivateKeyInfo(new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519), new Org.BouncyCastle.Asn1.DerOctetString(edwards.GetEncoded()))
        : PrivateKeyInfoFactory.CreatePrivateKeyInfo(_key);

    private static AsymmetricKeyParameter PublicHalf(AsymmetricKeyParameter key)
    {
        if (key is Ed25519PrivateKeyParameters edwards)
            return edwards.GeneratePublicKey();
        var curve = (ECPrivateKeyParameters)key;
        return new ECPublicKeyParameters("EC", curve.Parameters.G.Multiply(curve.D).Normalize(), SecObjectIdentifiers.SecP256r1);
    }

    private static SecureRandom Secure(RandomNumberGenerator random) => new(new CryptoApiRandomGenerator(random));
}
