using System.Text;
using Handcarry.Streams.Content;
using Handcarry.Streams.Signatures;

namespace Handcarry.Streams.Tests.Signatures;

/// <summary>Signatures made by gpg here and now; gpgv is the second judge.</summary>
public sealed class ReleaseSignatureTests
{
    private static readonly Digest Release = Digest.Of("a release"u8);

    [SkippableTheory]
    [InlineData("rsa2048")]
    [InlineData("rsa4096")]
    [InlineData("ed25519")]
    [InlineData("nistp256")]
    public void What_gpg_signs_holds_and_gpgv_agrees(string algorithm)
    {
        using var gpg = new GpgHome();
        var key = gpg.CreateKey(algorithm);
        var message = gpg.Sign(key, GpgHome.Text(Release));

        var verdict = Verify(message, gpg.Keyring(key));

        Assert.Contains("[GNUPG:] GOODSIG ", gpg.Gpgv(key, message), StringComparison.Ordinal);
        Assert.True(verdict.Valid, verdict.Sentence);
        Assert.Equal([key], verdict.Signers);
        Assert.Equal(GpgHome.Reference, verdict.DockerReference);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), verdict.Timestamp);
        Assert.True(Verify(message, gpg.Keyring(key, armored: true)).Valid);
    }

    [SkippableTheory]
    [InlineData("none")]
    [InlineData("zip")]
    [InlineData("zlib")]
    [InlineData("bzip2")]
    public void However_it_is_compressed(string compression)
    {
        using var gpg = new GpgHome();
        var key = gpg.CreateKey("ed25519");

        Assert.True(Verify(gpg.Sign(key, GpgHome.Text(Release), "--compress-algo", compression), gpg.Keyring(key)).Valid);
    }

    [SkippableFact]
    public void A_text_signature_holds_too()
    {
        using var gpg = new GpgHome();
        var key = gpg.CreateKey("ed25519");

        Assert.True(Verify(gpg.Sign(key, GpgHome.Text(Release).Replace(",", ",\n", StringComparison.Ordinal), "--textmode"), gpg.Keyring(key)).Valid);
    }

    [SkippableFact]
    public void An_armored_or_detached_or_clear_text_signature_is_refused()
    {
        using var gpg = new GpgHome();
        var (key, text) = (gpg.CreateKey("ed25519"), GpgHome.Text(Release));
        var keyring = gpg.Keyring(key);

        Assert.Contains("ASCII-armored", Refused(Reasons.SignatureMalformed, gpg.Sign(key, text, "--armor"), keyring), StringComparison.Ordinal);
        Refused(Reasons.SignatureMalformed, gpg.Gpg(["--local-user", key, "--detach-sign"], Encoding.UTF8.GetBytes(text)), keyring);
        Refused(Reasons.SignatureMalformed, gpg.Gpg(["--local-user", key, "--clear-sign"], Encoding.UTF8.GetBytes(text)), keyring);
    }

    [SkippableFact]
    public void Two_signatures_in_one_message_are_refused()
    {
        using var gpg = new GpgHome();
        var (one, two) = (gpg.CreateKey("ed25519"), gpg.CreateKey("ed25519"));

        Refused(Reasons.SignatureMalformed, gpg.Sign(one, GpgHome.Text(Release), "--local-user", two), gpg.Keyring(one));
    }

    [SkippableFact]
    public void Another_signature_may_do_for_each_keyring()
    {
        using var gpg = new GpgHome();
        var (one, two) = (gpg.CreateKey("ed25519"), gpg.CreateKey("ed25519"));
        ReleaseKeyring[] keyrings = [gpg.Keyring(one), gpg.Keyring(two)];
        ReadOnlyMemory<byte> byOne = gpg.Sign(one, GpgHome.Text(Release)), byTwo = gpg.Sign(two, GpgHome.Text(Release));

        Assert.Equal([one, two], ReleaseSignature.VerifyAll([byTwo, byOne], Release, keyrings, DateTimeOffset.UtcNow).Signers);
        Assert.Equal(Reasons.SignatureUnknownKey, ReleaseSignature.VerifyAll([byOne, byOne], Release, keyrings, DateTimeOffset.UtcNow).Reason);
    }

    [SkippableFact]
    public void SHA_1_is_too_weak_to_sign_a_release_with()
    {
        using var gpg = new GpgHome();
        var key = gpg.CreateKey("rsa2048");

        Refused(Reasons.SignatureWeak, gpg.Sign(key, GpgHome.Text(Release), "--digest-algo", "SHA1"), gpg.Keyring(key));
    }

    [SkippableFact]
    public void So_is_a_short_RSA_key()
    {
        using var gpg = new GpgHome();
        var key = gpg.CreateKey("rsa1024");

        Refused(Reasons.SignatureWeak, gpg.Sign(key, GpgHome.Text(Release)), gpg.Keyring(key));
    }

    [SkippableFact]
    public void A_signature_expires_when_it_says_so()
    {
        using var gpg = new GpgHome();
        var key = gpg.CreateKey("ed25519");
        var message = gpg.Sign(key, GpgHome.Text(Release), "--default-sig-expire", "2d");
        var keyring = gpg.Keyring(key);

        Assert.True(Verify(message, keyring).Valid);
        Assert.Equal(Reasons.SignatureExpired, ReleaseSignature.Verify(message, Release, [keyring], DateTimeOffset.UtcNow.AddDays(3)).Reason);
    }

    [SkippableFact]
    public void A_key_expires_when_its_newest_self_signature_says_so()
    {
        using var gpg = new GpgHome();
        var key = gpg.CreateKey("ed25519", expires: "2d");
        var message = gpg.Sign(key, GpgHome.Text(Release));
        var later = DateTimeOffset.UtcNow.AddDays(3);

        Assert.True(Verify(message, gpg.Keyring(key)).Valid);
        Assert.Equal(Reasons.SignatureKeyExpired, ReleaseSignature.Verify(message, Release, [gpg.Keyring(key)], later).Reason);

        var stamp = DateTimeOffset.UtcNow.AddMinutes(1).ToString("yyyyMMdd'T'HHmmss");
        gpg.Gpg(["--faked-system-time", stamp, "--quick-set-expire", key, "9d"]);
        Assert.True(ReleaseSignature.Verify(message, Release, [gpg.Keyring(key)], later).Valid);
    }

    [SkippableFact]
    public void A_revoked_key_vouches_for_nothing()
    {
        using var gpg = new GpgHome();
        var key = gpg.CreateKey("ed25519");
        var message = gpg.Sign(key, GpgHome.Text(Release));
        // gpg puts a colon before the armor, so that nobody imports it by accident.
        var revocation = File.ReadAllText(gpg.RevocationOf(key)).Replace(":-----BEGIN", "-----BEGIN", StringComparison.Ordinal);
        gpg.Gpg(["--import"], Encoding.ASCII.GetBytes(revocation));

        Refused(Reasons.SignatureKeyRevoked, message, gpg.Keyring(key));
        Assert.Contains("REVKEYSIG", gpg.Gpgv(key, message), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_subkey_for_signing_may_sign_and_is_named()
    {
        using var gpg = new GpgHome();
        var key = gpg.CreateKey("ed25519", "cert");
        var subkey = gpg.AddSubkey(key, "rsa2048");
        var message = gpg.Sign(subkey + "!", GpgHome.Text(Release));

        Assert.Equal([subkey], Verify(message, gpg.Keyring(key)).Signers);
        Assert.Contains("GOODSIG", gpg.Gpgv(key, message), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_subkey_expires_by_itself()
    {
        using var gpg = new GpgHome();
        var key = gpg.CreateKey("ed25519", "cert");
        var subkey = gpg.AddSubkey(key, "ed25519", expires: "2d");
        var message = gpg.Sign(subkey + "!", GpgHome.Text(Release));

        Assert.True(Verify(message, gpg.Keyring(key)).Valid);
        Assert.Equal(
            Reasons.SignatureKeyExpired, ReleaseSignature.Verify(message, Release, [gpg.Keyring(key)], DateTimeOffset.UtcNow.AddDays(3)).Reason);
    }

    [SkippableTheory]
    [InlineData("""{"critical":{"type":"atomic container signature","image":{"docker-manifest-digest":"DIGEST"},"identity":{"docker-reference":"a"}}}""", null)]
    [InlineData("""{"critical":{"type":"atomic container signature","image":{"docker-manifest-digest":"DIGEST"},"identity":{"docker-reference":"a"}},"optional":null}""", null)]
    [InlineData("""{"critical":{"type":"atomic container signature","image":{"docker-manifest-digest":"DIGEST"},"identity":{"docker-reference":"a"}},"optional":{"timestamp":9223372036854775807}}""", null)]
    [InlineData("""{"critical":{"type":"another","image":{"docker-manifest-digest":"DIGEST"},"identity":{"docker-reference":"a"}}}""", Reasons.SignatureMalformed)]
    [InlineData("""{"critical":{"type":"atomic container signature","image":{"docker-manifest-digest":"DIGEST"},"identity":{"docker-reference":""}}}""", Reasons.SignatureMalformed)]
    [InlineData("""{"critical":{"type":"atomic container signature","image":{"docker-manifest-digest":"DIGEST"}}}""", Reasons.SignatureMalformed)]
    [InlineData("""{"critical":{"type":"atomic container signature","image":null,"identity":{"docker-reference":"a"}}}""", Reasons.SignatureMalformed)]
    [InlineData("""{"critical":{"type":"atomic container signature","image":{"docker-manifest-digest":"DIGEST"},"identity":{"docker-reference":"a"}},"more":1}""", Reasons.SignatureMalformed)]
    [InlineData("""{"critical":{"type":"atomic container signature","image":{"docker-manifest-digest":"DIGEST","more":1},"identity":{"docker-reference":"a"}}}""", Reasons.SignatureMalformed)]
    [InlineData("""{"critical":{"type":"atomic container signature","image":{"docker-manifest-digest":"sha256:0","docker-manifest-digest":"DIGEST"},"identity":{"docker-reference":"a"}}}""", Reasons.SignatureMalformed)]
    [InlineData("""{"critical":{"type":"atomic container signature","image":{"docker-manifest-digest":"DIGEST"},"identity":{"docker-reference":"a"}},"optional":{"timestamp":1.5}}""", Reasons.SignatureMalformed)]
    [InlineData("""{"critical":{"type":"atomic container signature","image":{"docker-manifest-digest":"sha256:0"},"identity":{"docker-reference":"a"}}}""", Reasons.SignatureWrongDigest)]
    [InlineData("null", Reasons.SignatureMalformed)]
    [InlineData("", Reasons.SignatureMalformed)]
    public void The_signed_text_must_say_what_a_container_signature_says(string text, string? reason)
    {
        using var gpg = new GpgHome();
        var key = gpg.CreateKey("ed25519");

        Assert.Equal(reason, Verify(gpg.Sign(key, text.Replace("DIGEST", Release.ToString(), StringComparison.Ordinal)), gpg.Keyring(key)).Reason);
    }

    [SkippableFact]
    public void A_message_that_unpacks_to_more_than_a_signature_may_be_is_refused()
    {
        using var gpg = new GpgHome();
        var key = gpg.CreateKey("ed25519");
        var bomb = gpg.Sign(key, new string(' ', 20_000_000) + GpgHome.Text(Release), "--compress-algo", "zlib");

        Assert.InRange(bomb.Length, 1, ReleaseSignature.MaximumSize);
        Refused(Reasons.SignatureMalformed, bomb, gpg.Keyring(key));
        Refused(Reasons.SignatureMalformed, new byte[ReleaseSignature.MaximumSize + 1], gpg.Keyring(key));
    }

    private static SignatureVerdict Verify(byte[] message, ReleaseKeyring keyring) =>
        ReleaseSignature.Verify(message, Release, [keyring], DateTimeOffset.UtcNow);

    private static string Refused(string reason, byte[] message, ReleaseKeyring keyring)
    {
        var verdict = Verify(message, keyring);
        Assert.Equal(reason, verdict.Reason);
        Assert.Empty(verdict.Signers);
        return verdict.Sentence;
    }
}
