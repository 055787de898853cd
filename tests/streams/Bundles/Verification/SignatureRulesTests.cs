using System.Diagnostics;
using System.Security.Cryptography;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Signatures;
using Handcarry.Streams.Tests.Content;

namespace Handcarry.Streams.Tests.Bundles.Verification;

public sealed class SignatureRulesTests : IDisposable
{
    private readonly SoundBundle _sound = new();
    private readonly Verifying _verifying = new();
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _verifying.Dispose();
        _folder.Dispose();
    }

    [SkippableFact]
    public async Task A_signature_of_the_release_holds_with_its_keyring_and_no_other()
    {
        var keyring = NewKeyring("publisher");
        Carry(SignedBy("publisher", _sound.Contents.Release.Digest));
        _verifying.Options = _verifying.Options with { Keyrings = [keyring], RequireSignature = true };
        var result = await _verifying.RunAsync(await _sound.WriteAsync());
        Assert.Empty(result.Violations);
        Assert.Contains(result.Notes, note => note.StartsWith("Signed as quay.io/", StringComparison.Ordinal));

        _verifying.Options = _verifying.Options with { Keyrings = [NewKeyring("stranger")], RequireSignature = false };
        await TellsAsync(Reasons.SignatureUnknownKey);
    }

    [SkippableFact]
    public async Task A_signature_of_another_release_is_told_even_without_a_keyring()
    {
        NewKeyring("publisher");
        Carry(SignedBy("publisher", Digest.Of("another"u8)));
        await TellsAsync(Reasons.SignatureWrongDigest);
    }

    [Fact]
    public async Task What_is_no_signature_is_told()
    {
        Carry([1, 2, 3]);
        await TellsAsync(Reasons.SignatureMalformed);
    }

    [SkippableFact]
    public async Task A_missing_signature_is_a_note_and_a_violation_when_it_is_required()
    {
        var key = EngineerKey.Create(EngineerSignature.Ed25519, RandomNumberGenerator.Create()).PublicKey;
        _verifying.Options = _verifying.Options with { Keyrings = [NewKeyring("publisher")], TrustedKeys = [key] };
        var result = await _verifying.RunAsync(await _sound.WriteAsync());
        Assert.Empty(result.Violations);
        Assert.Equal(3, result.Notes.Count);

        _verifying.Options = _verifying.Options with { RequireSignature = true };
        await TellsAsync(Reasons.SignatureMissing, Reasons.SignatureMissing);
    }

    private async Task TellsAsync(params string[] reasons) =>
        Assert.Equal(reasons, (await _verifying.RunAsync(await _sound.WriteAsync())).Violations.Select(v => v.Reason));

    private void Carry(byte[] signature) =>
        _sound.Contents = _sound.Contents with { Signatures = [_sound.Add(signature, MediaTypes.ReleaseSignature)] };

    private ReleaseKeyring NewKeyring(string name)
    {
        Gpg("--quick-generate-key", "--passphrase", "", name, "rsa2048", "sign", "never");
        Gpg("--output", _folder.Sub(name + ".gpg"), "--export", name);
        return ReleaseKeyring.Load(_folder.Sub(name + ".gpg"));
    }

    private byte[] SignedBy(string name, Digest release)
    {
        File.WriteAllText(_folder.Sub("text"), $$$$"""{"critical":{"type":"atomic container signature","image":{"docker-manifest-digest":"{{{{release}}}}"},"identity":{"docker-reference":"quay.io/openshift-release-dev/ocp-release:4.12.4-x86_64"}},"optional":{}}""");
        Gpg("--local-user", name, "--output", _folder.Sub("signed"), "--sign", _folder.Sub("text"));
        return File.ReadAllBytes(_folder.Sub("signed"));
    }

    private void Gpg(params string[] arguments)
    {
        Skip.IfNot(File.Exists("/usr/bin/gpg"), "gpg is not installed.");
        var home = Directory.CreateDirectory(_folder.Sub("gnupg"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        using var gpg = Process.Start(new ProcessStartInfo("/usr/bin/gpg", ["--homedir", home, "--batch", "--yes", "--pinentry-mode", "loopback", .. arguments]) { RedirectStandardError = true })!;
        var error = gpg.StandardError.ReadToEnd();
        gpg.WaitForExit();
        Assert.True(gpg.ExitCode == 0, error);
    }
}
