using System.Text;
using CsCheck;
using Handcarry.Streams.Content;
using Handcarry.Streams.Signatures;
using Handcarry.Streams.Tests.Content;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace Handcarry.Streams.Tests.Signatures;

public sealed class ReleaseKeyringTests
{
    private static readonly Digest Release = Digest.Of("a release"u8);

    [SkippableFact]
    public void A_keyring_may_hold_several_keys_armored_together_or_one_after_the_other_with_words_between()
    {
        using var gpg = new GpgHome();
        var (one, two) = (gpg.CreateKey("ed25519"), gpg.CreateKey("ed25519"));
        var together = gpg.Gpg(["--armor", "--export", one, two]);
        byte[] apart = [.. "The first:\n"u8, .. gpg.Gpg(["--armor", "--export", one]), .. "and the second:\n"u8, .. gpg.Gpg(["--armor", "--export", two])];

        Assert.Equal([one, two], ReleaseKeyring.Parse("k", together).Fingerprints);
        Assert.Equal([one, two], ReleaseKeyring.Parse("k", apart).Fingerprints);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no keys at all")]
    [InlineData("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n")]
    [InlineData("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n%%%%")]
    public void What_is_no_keyring_is_refused_with_its_name(string text)
    {
        var error = Assert.Throws<ContentException>(() => ReleaseKeyring.Parse("release.asc", Encoding.ASCII.GetBytes(text)));

        Assert.Equal(Reasons.InvalidKeyring, error.Reason);
        Assert.StartsWith("release.asc ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void So_is_a_file_that_is_not_there_or_too_large()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.Sub("large"), new byte[ReleaseKeyring.MaximumSize + 1]);

        Assert.Equal(Reasons.InvalidKeyring, Assert.Throws<ContentException>(() => ReleaseKeyring.Load(folder.Sub("none"))).Reason);
        Assert.Equal(Reasons.InvalidKeyring, Assert.Throws<ContentException>(() => ReleaseKeyring.Load(folder.Sub("large"))).Reason);
    }

    [SkippableFact]
    public void A_private_key_is_no_keyring()
    {
        using var gpg = new GpgHome();
        var key = gpg.CreateKey("ed25519");

        var error = Assert.Throws<ContentException>(() => ReleaseKeyring.Parse("k", gpg.Gpg(["--export-secret-keys", key])));
        Assert.Equal(Reasons.InvalidKeyring, error.Reason);
    }

    [SkippableFact]
    public void A_damaged_keyring_is_refused_or_read_but_never_anything_else()
    {
        using var gpg = new GpgHome();
        var key = gpg.CreateKey("ed25519");
        gpg.AddSubkey(key, "ed25519");
        var genuine = gpg.Gpg(["--export", key]);

        Gen.Select(Gen.Int[0, genuine.Length - 1], Gen.Byte[1, 255], Gen.Int[1, genuine.Length]).Sample(
            (at, bits, length) =>
            {
                var changed = genuine[..Math.Max(length, genuine.Length / 2)];
                changed[at % changed.Length] ^= bits;
                try
                {
                    Assert.NotEmpty(ReleaseKeyring.Parse("k", changed).Fingerprints);
                }
                catch (ContentException error)
                {
                    Assert.Equal(Reasons.InvalidKeyring, error.Reason);
                }
            },
            iter: 2000);
    }

    [Theory]
    [InlineData(true, PgpKeyFlags.CanSign, null)]
    [InlineData(false, PgpKeyFlags.CanSign, Reasons.SignatureKeyUnfit)]
    [InlineData(true, PgpKeyFlags.CanEncryptStorage, Reasons.SignatureKeyUnfit)]
    public void A_subkey_must_be_for_signing_and_have_agreed_to_belong_to_its_key(bool agreed, int usage, string? reason)
    {
        var (master, subkey) = (MakeKey(), MakeKey());
        var consent = agreed ? Generator(subkey, PgpSignature.PrimaryKeyBinding, 0).GenerateCertification(master.PublicKey, subkey.PublicKey) : null;
        var binding = Generator(master, PgpSignature.SubkeyBinding, usage, consent).GenerateCertification(master.PublicKey, subkey.PublicKey);
        var key = subkey.PublicKey.PublicKeyPacket;
        byte[] ring = [.. Certified(master), .. new PublicSubkeyPacket(PublicKeyPacket.Version4, key.Algorithm, key.GetTime(), key.Key).GetEncoded(), .. binding.GetEncoded()];

        var verdict = ReleaseSignature.Verify(
            Signed(subkey, GpgHome.Text(Release)), Release, [ReleaseKeyring.Parse("k", ring)], DateTimeOffset.UtcNow);

        Assert.Equal(reason, verdict.Reason);
    }

    [Fact]
    public void A_key_that_nobody_has_put_a_name_to_vouches_for_nothing()
    {
        var key = MakeKey();
        var keyring = ReleaseKeyring.Parse("k", key.PublicKey.GetEncoded());

        Assert.Equal(
            Reasons.SignatureKeyUnfit, ReleaseSignature.Verify(Signed(key, GpgHome.Text(Release)), Release, [keyring], DateTimeOffset.UtcNow).Reason);
    }

    // gpg makes no such keys, so the library does.
    private static PgpKeyPair MakeKey()
    {
        var generator = new Ed25519KeyPairGenerator();
        generator.Init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        return new PgpKeyPair(PublicKeyAlgorithmTag.EdDsa_Legacy, generator.GenerateKeyPair(), DateTime.UtcNow.AddMinutes(-1));
    }

    private static byte[] Certified(PgpKeyPair master)
    {
        const string name = "Release <release@example.com>";
        var certification = Generator(master, PgpSignature.PositiveCertification, PgpKeyFlags.CanCertify).GenerateCertification(name, master.PublicKey);
        return PgpPublicKey.AddCertification(master.PublicKey, name, certification).GetEncoded();
    }

    private static PgpSignatureGenerator Generator(PgpKeyPair signer, int type, int usage, PgpSignature? embedded = null)
    {
        var generator = new PgpSignatureGenerator(signer.PublicKey.Algorithm, HashAlgorithmTag.Sha256);
        generator.InitSign(type, signer.PrivateKey);
        var packets = new PgpSignatureSubpacketGenerator();
        packets.SetSignatureCreationTime(isCritical: false, DateTime.UtcNow);
        packets.SetIssuerKeyID(isCritical: false, signer.PublicKey.KeyId);
        packets.SetKeyFlags(isCritical: false, usage);
        if (embedded is not null)
            packets.AddEmbeddedSignature(isCritical: false, embedded);
        generator.SetHashedSubpackets(packets.Generate());
        return generator;
    }

    private static byte[] Signed(PgpKeyPair signer, string text)
    {
        using var message = new MemoryStream();
        var generator = Generator(signer, PgpSignature.BinaryDocument, 0);
        generator.GenerateOnePassVersion(isNested: false).Encode(message);
        var bytes = Encoding.UTF8.GetBytes(text);
        using (var literal = new PgpLiteralDataGenerator().Open(message, PgpLiteralData.Binary, "", bytes.Length, DateTime.UtcNow))
            literal.Write(bytes);
        generator.Update(bytes);
        generator.Generate().Encode(message);
        return message.ToArray();
    }
}
