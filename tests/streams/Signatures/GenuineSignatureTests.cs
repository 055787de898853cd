using Handcarry.Streams.Content;
using Handcarry.Streams.Signatures;

namespace Handcarry.Streams.Tests.Signatures;

public sealed class GenuineSignatureTests
{
    private const string OfRedHat = "e3f12513a4b22a2d7c0e7c9207f52128113758d9d68c7d06b11a0ac7672966f7";
    private const string OfContinuousIntegration = "edd9824f0404f1a139688017e7001370e2f3fbc088b94da84506653b473fe140";

    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [SkippableFact]
    public void A_signature_by_the_publishers_release_key_holds()
    {
        var verdict = Verify(OfRedHat, "redhat.asc", Now);

        Assert.True(verdict.Valid, verdict.Sentence);
        Assert.Equal(["567E347AD0044ADE55BA8A5F199E2F91FD431D51"], verdict.Signers);
        Assert.Equal("registry.access.redhat.com/rhel7:7.6", verdict.DockerReference);
        Assert.Null(verdict.Timestamp);
    }

    [SkippableFact]
    public void A_signature_whose_key_has_expired_since_does_not_hold_any_more()
    {
        var verdict = Verify(OfContinuousIntegration, "simple.asc", Now);

        Assert.Equal(Reasons.SignatureKeyExpired, verdict.Reason);
        Assert.Contains("2021-04-21", verdict.Sentence, StringComparison.Ordinal);
        Assert.Empty(verdict.Signers);
    }

    [SkippableFact]
    public void It_held_as_long_as_its_key_did()
    {
        var verdict = Verify(OfContinuousIntegration, "simple.asc", new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero));

        Assert.True(verdict.Valid, verdict.Sentence);
        Assert.Equal(["D04761B116203B0C0859B61628B76E05B923888E"], verdict.Signers);
        Assert.Equal("registry.svc.ci.openshift.org/ocp/release:4.0.0-0.ci-2019-04-19-181452", verdict.DockerReference);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1555943751), verdict.Timestamp);
    }

    [SkippableTheory]
    [InlineData(OfRedHat, "simple.asc")]
    [InlineData(OfContinuousIntegration, "redhat.asc")]
    public void A_key_that_is_not_in_the_keyring_is_unknown(string digest, string keyring) =>
        Assert.Equal(Reasons.SignatureUnknownKey, Verify(digest, keyring, Now).Reason);

    [SkippableFact]
    public void A_genuine_signature_of_another_release_does_not_hold()
    {
        var verdict = ReleaseSignature.Verify(Message(OfRedHat), Digest.Parse("sha256:" + OfContinuousIntegration), [Keyring("redhat.asc")], Now);

        Assert.Equal(Reasons.SignatureWrongDigest, verdict.Reason);
    }

    [SkippableFact]
    public void A_keyring_of_two_keys_takes_the_signature_of_either()
    {
        var keyring = Keyring("combined.asc");

        Assert.Contains("567E347AD0044ADE55BA8A5F199E2F91FD431D51", keyring.Fingerprints);
        Assert.Contains("D04761B116203B0C0859B61628B76E05B923888E", keyring.Fingerprints);
        Assert.True(Verify(OfRedHat, "combined.asc", Now).Valid);
    }

    [SkippableFact]
    public void Each_keyring_must_have_signed()
    {
        var release = Digest.Parse("sha256:" + OfRedHat);
        var (redHat, other, both) = (Keyring("redhat.asc"), Keyring("simple.asc"), Keyring("combined.asc"));

        Assert.True(ReleaseSignature.VerifyAll([Message(OfRedHat)], release, [redHat, both], Now).Valid);
        var verdict = ReleaseSignature.VerifyAll([Message(OfRedHat)], release, [redHat, other], Now);
        Assert.Equal(Reasons.SignatureUnknownKey, verdict.Reason);
        Assert.Contains("simple.asc", verdict.Sentence, StringComparison.Ordinal);
        Assert.Equal(Reasons.SignatureMissing, ReleaseSignature.VerifyAll([], release, [redHat], Now).Reason);
    }

    private static SignatureVerdict Verify(string digest, string keyring, DateTimeOffset now) =>
        ReleaseSignature.Verify(Message(digest), Digest.Parse("sha256:" + digest), [Keyring(keyring)], now);

    private static byte[] Message(string digest) => File.ReadAllBytes(Fixtures.Path("signatures", "sha256=" + digest, "signature-1"));

    private static ReleaseKeyring Keyring(string name) => ReleaseKeyring.Load(Fixtures.Path("keys", name));
}
