using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Handcarry.Streams.Content;
using Handcarry.Streams.Signatures;
using Handcarry.Streams.Tests.Content;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;

namespace Handcarry.Streams.Tests.Signatures;

/// <summary>openssl is the second judge.</summary>
public sealed class EngineerKeyTests : IDisposable
{
    private const string Passphrase = "correct horse";

    private static readonly Digest Commitment = Digest.Of("an inventory"u8);
    private static readonly string SignedText = $"handcarry bundle commitment v1\n{Commitment}\n";

    private readonly TempFolder _folder = new();

    public static TheoryData<string> Algorithms => [EngineerSignature.EcdsaP256Sha256, EngineerSignature.Ed25519];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void The_same_key_and_commitment_give_the_same_signature_which_holds_for_them_alone(string algorithm)
    {
        var (key, other) = (Create(algorithm), Create(algorithm));
        var signature = key.Sign(Commitment);

        Assert.Equal(signature.Value, key.Sign(Commitment).Value);
        Assert.Equal((algorithm, key.PublicKey.Id), (signature.Algorithm, signature.KeyId));
        Assert.True(key.PublicKey.Verify(Commitment, signature));
        Assert.False(key.PublicKey.Verify(Digest.Of("another"u8), signature));
        Assert.False(other.PublicKey.Verify(Commitment, signature));
        Assert.False(other.PublicKey.Verify(Commitment, signature with { KeyId = other.PublicKey.Id }));
        Assert.False(key.PublicKey.Verify(Commitment, signature with { Algorithm = "rsa" }));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_changed_signature_never_holds(string algorithm)
    {
        var key = Create(algorithm);
        var signature = key.Sign(Commitment);

        Gen.Select(Gen.Int[0, signature.Value.Length - 1], Gen.Byte[1, 255]).Sample(
            (at, bits) =>
            {
                var changed = signature.Value.ToArray();
                changed[at] ^= bits;
                Assert.False(key.PublicKey.Verify(Commitment, signature with { Value = changed }));
            },
            iter: 500);
        Gen.Byte.Array[0, 100].Sample(bytes => Assert.False(key.PublicKey.Verify(Commitment, signature with { Value = bytes })), iter: 500);
    }

    [Fact]
    public void ECDSA_is_that_of_RFC_6979_appendix_A_2_5()
    {
        var signer = CommitmentSigner.Create(EngineerSignature.EcdsaP256Sha256);
        var curve = ECNamedDomainParameters.LookupOid(SecObjectIdentifiers.SecP256r1);
        signer.Init(
            forSigning: true,
            new ECPrivateKeyParameters(new BigInteger("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721", 16), curve));
        signer.BlockUpdate("sample"u8);

        var numbers = StandardDsaEncoding.Instance.Decode(curve.N, signer.GenerateSignature());
        Assert.Equal("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716", numbers[0].ToString(16));
        Assert.Equal("f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8", numbers[1].ToString(16));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_key_and_its_public_half_come_back_from_PEM(string algorithm)
    {
        var key = Create(algorithm);
        var signature = key.Sign(Commitment);
        using var random = RandomNumberGenerator.Create();
        var encrypted = key.ToPem(Passphrase, random);

        Assert.Equal(signature.Value, EngineerKey.Parse(key.ToPem(), Nobody).Sign(Commitment).Value);
        Assert.Equal(signature.Value, EngineerKey.Parse(encrypted, static () => Passphrase).Sign(Commitment).Value);
        Assert.True(EngineerPublicKey.Parse(key.PublicKey.ToPem()).Verify(Commitment, signature));
        Assert.Equal(Reasons.WrongPassphrase, Assert.Throws<ContentException>(() => EngineerKey.Parse(encrypted, static () => "wrong")).Reason);
    }

    [SkippableTheory]
    [MemberData(nameof(Algorithms))]
    public void Openssl_reads_our_keys_and_verifies_our_signatures(string algorithm)
    {
        Tool.Need("openssl");
        var key = Create(algorithm);
        using var random = RandomNumberGenerator.Create();
        var (plain, encrypted, open) = (Write("key", key.ToPem()), Write("key.enc", key.ToPem(Passphrase, random)), Write("key.pub", key.PublicKey.ToPem()));

        var spki = Tool.Run("openssl", ["pkey", "-in", plain, "-pubout", "-outform", "DER"]);
        Assert.Equal(key.PublicKey.Id, Digest.Of(spki));
        Assert.Equal(spki, Tool.Run("openssl", ["pkey", "-in", encrypted, "-passin", "pass:" + Passphrase, "-pubout", "-outform", "DER"]));
        Assert.Equal(spki, Tool.Run("openssl", ["pkey", "-pubin", "-in", open, "-outform", "DER"]));
        Assert.True(OpensslVerifies(algorithm, open, SignedText, key.Sign(Commitment).Value));
        Assert.False(OpensslVerifies(algorithm, open, SignedText + "\n", key.Sign(Commitment).Value));
    }

    [SkippableTheory]
    [InlineData("-algorithm", "ed25519")]
    [InlineData("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")]
    [InlineData("-algorithm", "ed25519", "-aes-256-cbc", "-pass", "pass:" + Passphrase)]
    [InlineData("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-aes-128-cbc", "-pass", "pass:" + Passphrase)]
    public void We_read_the_keys_of_openssl_and_verify_its_signatures(params string[] options)
    {
        Tool.Need("openssl");
        var (file, text, value) = (_folder.Sub("key"), Write("text", SignedText), _folder.Sub("value"));
        Tool.Run("openssl", ["genpkey", .. options, "-out", file]);
        var key = EngineerKey.Parse(File.ReadAllText(file), static () => Passphrase);
        string[] open = ["-passin", "pass:" + Passphrase];

        Assert.Equal(key.PublicKey.Id, Digest.Of(Tool.Run("openssl", ["pkey", "-in", file, .. open, "-pubout", "-outform", "DER"])));
        Tool.Run("openssl", key.PublicKey.Algorithm == EngineerSignature.Ed25519
            ? ["pkeyutl", "-sign", "-inkey", file, .. open, "-rawin", "-in", text, "-out", value]
            : ["dgst", "-sha256", "-sign", file, .. open, "-out", value, text]);
        Assert.True(key.PublicKey.Verify(Commitment, new EngineerSignature(key.PublicKey.Algorithm, key.PublicKey.Id, File.ReadAllBytes(value))));
        Assert.True(OpensslVerifies(key.PublicKey.Algorithm, Write("key.pub", key.PublicKey.ToPem()), SignedText, key.Sign(Commitment).Value));
    }

    [SkippableTheory]
    [InlineData(null, "-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512")]
    [InlineData(Reasons.UnsupportedKey, "-scrypt")]
    [InlineData(Reasons.UnsupportedKey, "-v1", "PBE-SHA1-3DES")]
    public void Of_what_openssl_encrypts_PBKDF2_is_read(string? reason, params string[] how)
    {
        Tool.Need("openssl");
        var (key, file) = (Create(EngineerSignature.Ed25519), _folder.Sub("key.enc"));
        Tool.Run("openssl", ["pkcs8", "-topk8", "-in", Write("key", key.ToPem()), "-out", file, "-passout", "pass:" + Passphrase, .. how]);

        if (reason is null)
            Assert.Equal(key.PublicKey.Id, EngineerKey.Parse(File.ReadAllText(file), static () => Passphrase).PublicKey.Id);
        else
            Assert.Equal(reason, Assert.Throws<ContentException>(() => EngineerKey.Parse(File.ReadAllText(file), Nobody)).Reason);
    }

    [SkippableTheory]
    [InlineData("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")]
    [InlineData("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384")]
    [InlineData("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit")]
    [InlineData("genpkey", "-algorithm", "ed448")]
    [InlineData("genpkey", "-algorithm", "x25519")]
    [InlineData("ecparam", "-name", "prime256v1", "-genkey", "-noout")]
    public void Other_keys_of_openssl_are_refused(params string[] command)
    {
        Tool.Need("openssl");
        var file = _folder.Sub("key");
        Tool.Run("openssl", [.. command, "-out", file]);

        Assert.Equal(Reasons.UnsupportedKey, Assert.Throws<ContentException>(() => EngineerKey.Parse(File.ReadAllText(file), Nobody)).Reason);
        if (command[0] == "genpkey")
        {
            var open = Encoding.ASCII.GetString(Tool.Run("openssl", ["pkey", "-in", file, "-pubout"]));
            Assert.Equal(Reasons.UnsupportedKey, Assert.Throws<ContentException>(() => EngineerPublicKey.Parse(open)).Reason);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("some text")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    [InlineData("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAAw\n-----END ENCRYPTED PRIVATE KEY-----")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMAAw\n-----END PUBLIC KEY-----")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMAAw\n-----END CERTIFICATE-----")]
    public void What_is_no_key_is_refused_with_a_sentence(string pem)
    {
        Assert.Equal(Reasons.UnsupportedKey, Assert.Throws<ContentException>(() => EngineerKey.Parse(pem, Nobody)).Reason);
        Assert.Equal(Reasons.UnsupportedKey, Assert.Throws<ContentException>(() => EngineerPublicKey.Parse(pem)).Reason);
    }

    [Fact]
    public void A_private_key_is_not_taken_for_a_public_one_nor_the_other_way_round()
    {
        var key = Create(EngineerSignature.Ed25519);

        Assert.Contains("-pubout", Assert.Throws<ContentException>(() => EngineerPublicKey.Parse(key.ToPem())).Message, StringComparison.Ordinal);
        Assert.Throws<ContentException>(() => EngineerKey.Parse(key.PublicKey.ToPem(), Nobody));
    }

    [Fact]
    public void Keys_of_other_algorithms_are_not_made() =>
        Assert.Equal(Reasons.UnsupportedKey, Assert.Throws<ContentException>(() => Create("rsa")).Reason);

    private static string Nobody() => throw new InvalidOperationException("The key is not encrypted, and yet a passphrase was asked for.");

    private static EngineerKey Create(string algorithm)
    {
        using var random = RandomNumberGenerator.Create();
        return EngineerKey.Create(algorithm, random);
    }

    private bool OpensslVerifies(string algorithm, string publicKey, string text, byte[] value)
    {
        var (signature, message) = (_folder.Sub("value"), Write("message", text));
        File.WriteAllBytes(signature, value);
        return Tool.Try("openssl", algorithm == EngineerSignature.Ed25519
            ? ["pkeyutl", "-verify", "-pubin", "-inkey", publicKey, "-rawin", "-in", message, "-sigfile", signature]
            : ["dgst", "-sha256", "-verify", publicKey, "-signature", signature, message]).ExitCode == 0;
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder.Sub(name), text);
        return _folder.Sub(name);
    }
}
