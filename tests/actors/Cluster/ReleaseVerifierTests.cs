using System.Text;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Tests.Samples;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Tests.Bundles;
using Handcarry.Streams.Tests.Signatures;
using Handcarry.Twins.Cluster;

namespace Handcarry.Actors.Tests.Cluster;

/// <summary>Bundles signed by gpg here and now, as a node has them after carrying.</summary>
public sealed class ReleaseVerifierTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly InMemoryApi _api = new();
    private readonly InMemoryReleaseKeys _keys;
    private readonly BlobStore _blobs;
    private readonly ReleaseVerifier _verifier;
    private int _made;

    public ReleaseVerifierTests()
    {
        _keys = new InMemoryReleaseKeys(_api);
        _blobs = BlobStore.Open(_folder.Path);
        _verifier = new ReleaseVerifier(new SignatureReader(_blobs, new BundleLimits()), _keys, TimeProvider.System);
    }

    public void Dispose()
    {
        _blobs.Dispose();
        _folder.Dispose();
    }

    [SkippableFact]
    public async Task A_release_signed_with_a_key_of_each_keyring_holds()
    {
        using var gpg = new GpgHome();
        var key = gpg.CreateKey("ed25519");
        var bundle = await SignedAsync(gpg, key);
        _keys.Set(("verifier-public-key-a", Armored(gpg, key)));
        var verdict = await _verifier.VerifyAsync(bundle, new TrustSpec(), default);
        Assert.True(verdict.Valid, verdict.Sentence);
        Assert.Equal([key], verdict.Signers);
    }

    [SkippableFact]
    public async Task A_release_signed_by_somebody_else_does_not()
    {
        using var gpg = new GpgHome();
        var (key, other) = (gpg.CreateKey("ed25519"), gpg.CreateKey("ed25519"));
        var bundle = await SignedAsync(gpg, key);
        _keys.Set(("verifier-public-key-a", Armored(gpg, other)));
        Assert.Equal(Reasons.SignatureUnknownKey, (await _verifier.VerifyAsync(bundle, new TrustSpec(), default)).Reason);
    }

    [SkippableFact]
    public async Task The_administrator_can_ask_for_a_signature_of_his_own_on_top()
    {
        using var gpg = new GpgHome();
        var (key, own) = (gpg.CreateKey("ed25519"), gpg.CreateKey("ed25519"));
        _keys.Set(("verifier-public-key-a", Armored(gpg, key)));
        var trust = new TrustSpec { ReleaseKeyrings = [Armored(gpg, own)] };
        Assert.Equal(Reasons.SignatureUnknownKey, (await _verifier.VerifyAsync(await SignedAsync(gpg, key), trust, default)).Reason);
        Assert.True((await _verifier.VerifyAsync(await SignedAsync(gpg, key, own), trust, default)).Valid);
    }

    [SkippableFact]
    public async Task A_bundle_without_signatures_is_not_vouched_for()
    {
        using var gpg = new GpgHome();
        _keys.Set(("verifier-public-key-a", Armored(gpg, gpg.CreateKey("ed25519"))));
        Assert.Equal(Reasons.SignatureMissing, (await _verifier.VerifyAsync(await SignedAsync(gpg), new TrustSpec(), default)).Reason);
    }

    [SkippableFact]
    public async Task A_cluster_without_keys_vouches_for_nothing()
    {
        using var gpg = new GpgHome();
        var verdict = await _verifier.VerifyAsync(await SignedAsync(gpg, gpg.CreateKey("ed25519")), new TrustSpec(), default);
        Assert.Equal(Reasons.ReleaseKeysMissing, verdict.Reason);
    }

    private async Task<BundleView> SignedAsync(GpgHome gpg, params string[] keys)
    {
        var sample = new SampleBundle();
        sample.Image($"release {++_made}", sample.Layer(1000, _made));
        foreach (var key in keys)
            sample.Sign(gpg.Sign(key, GpgHome.Text(sample.Contents().Release.Digest)));
        var bytes = await sample.WriteAsync();
        await ABundle.StoreAsync(bytes, _blobs);
        var m = (await BundleReader.OpenAsync(new MemoryStream(bytes), new BundleLimits(), default)).Metadata;
        return new BundleView(m.Commitment.ToString(), m.InventorySize, m.Version, m.Arch, m.Release, m.Size, m.UnpackedSize, m.Images.Count, "n1");
    }

    private static string Armored(GpgHome gpg, string key) => Encoding.ASCII.GetString(gpg.Gpg(["--armor", "--export", key]));
}
