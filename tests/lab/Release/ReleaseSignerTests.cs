using System.Text;
using Handcarry.Lab.Release;
using Handcarry.Lab.Tests.Operator;
using Handcarry.Streams.Signatures;

namespace Handcarry.Lab.Tests.Release;

public sealed class ReleaseSignerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hc-signer-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task The_product_accepts_the_signature_of_a_made_release()
    {
        Skip.IfNot(GpgHome.Available, "gpg or gpgv is not installed");
        var release = ReleaseMaker.Make(new ReleaseOptions { Images = 6, Size = 3_000_000 }, _folder, new byte[100_000], CancellationToken.None);
        var signer = await ReleaseSigner.SignAsync(release, TimeProvider.System, CancellationToken.None);
        var keyring = ReleaseKeyring.Parse("lab", Encoding.ASCII.GetBytes(signer.PublicKey));

        var verdict = ReleaseSignature.VerifyAll([signer.Signature], release.ReleaseImage.Name.Digest, [keyring], DateTimeOffset.UtcNow);

        Assert.True(verdict.Valid, verdict.Sentence);
        Assert.Equal(keyring.Fingerprints, verdict.Signers);
        Assert.Equal($"{release.ReleaseImage.Name.Repository}:{release.Options.Version}-{release.Options.Arch}", verdict.DockerReference);
        Assert.False(ReleaseSignature.VerifyAll([signer.Signature], release.Payload[0].Name.Digest, [keyring], DateTimeOffset.UtcNow).Valid);
    }
}
