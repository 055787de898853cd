using System.Text.Json;
using Handcarry.Lab.Site;

namespace Handcarry.Lab.Release;

/// <summary>
/// Signs a release as its publisher would: a binary OpenPGP signed message over the JSON of a container signature
/// (reference/openshift.md section 2.1), made by GnuPG with a key that exists only for this purpose and is not kept.
/// </summary>
/// <param name="Signature">The signed message.</param>
/// <param name="PublicKey">The armored public key, as <c>verifier-public-key-*</c> holds it.</param>
internal sealed record ReleaseSigner(byte[] Signature, string PublicKey)
{
    private const string Signer = "Handcarry lab <lab@handcarry.invalid>";

    public static async Task<ReleaseSigner> SignAsync(MadeRelease release, TimeProvider time, CancellationToken cancellationToken)
    {
        // Short, because the sockets of gpg-agent live there and the path of a socket has at most 107 bytes.
        var home = Directory.CreateTempSubdirectory("hc-gpg-").FullName;
        string[] gpg = ["--homedir", home, "--batch", "--quiet", "--no-tty"];
        try
        {
            await Tool.RunAsync(
                "gpg", [.. gpg, "--passphrase", "", "--pinentry-mode", "loopback", "--quick-generate-key", Signer, "rsa3072", "sign", "never"],
                cancellationToken);
            var (message, signature) = (Path.Combine(home, "message"), Path.Combine(home, "signature"));
            await File.WriteAllBytesAsync(message, Message(release, time.GetUtcNow()), cancellationToken);
            await Tool.RunAsync("gpg", [.. gpg, "--output", signature, "--sign", message], cancellationToken);
            var key = await Tool.RunAsync("gpg", [.. gpg, "--armor", "--export", Signer], cancellationToken);
            return new ReleaseSigner(await File.ReadAllBytesAsync(signature, cancellationToken), key);
        }
        finally
        {
            await Tool.TryAsync("gpgconf", ["--homedir", home, "--kill", "all"], CancellationToken.None);
            Directory.Delete(home, recursive: true);
        }
    }

    private static byte[] Message(MadeRelease release, DateTimeOffset now) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        critical = new Dictionary<string, object>
        {
            ["type"] = "atomic container signature",
            ["image"] = new Dictionary<string, string> { ["docker-manifest-digest"] = release.ReleaseImage.Name.Digest.ToString() },
            ["identity"] = new Dictionary<string, string>
            {
                ["docker-reference"] = $"{release.ReleaseImage.Name.Repository}:{release.Options.Version}-{release.Options.Arch}",
            },
        },
        optional = new { creator = "handcarry-lab", timestamp = now.ToUnixTimeSeconds() },
    });
}
