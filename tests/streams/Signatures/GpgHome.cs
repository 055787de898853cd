using System.Text;
using Handcarry.Streams.Content;
using Handcarry.Streams.Signatures;
using Handcarry.Streams.Tests.Content;

namespace Handcarry.Streams.Tests.Signatures;

/// <summary>A private GnuPG home with keys made for one test.</summary>
internal sealed class GpgHome : IDisposable
{
    public const string Reference = "quay.io/openshift-release-dev/ocp-release:4.18.1-x86_64";

    private readonly TempFolder _folder;

    public GpgHome()
    {
        Tool.Need("gpg", "gpgv", "gpgconf");
        _folder = new TempFolder();
    }

    public static string Text(Digest release) =>
        $$$"""{"critical":{"type":"atomic container signature","image":{"docker-manifest-digest":"{{{release}}}"},"identity":{"docker-reference":"{{{Reference}}}"}},"optional":{"creator":"test","timestamp":1700000000}}""";

    /// <summary>A new key; its fingerprint.</summary>
    public string CreateKey(string algorithm, string usage = "sign", string expires = "never", params string[] options)
    {
        Gpg([.. options, "--passphrase", "", "--quick-gen-key", $"Release {Guid.NewGuid():n} <release@example.com>", algorithm, usage, expires]);
        return Fingerprints().Last(static line => line.Primary).Fingerprint;
    }

    public string AddSubkey(string fingerprint, string algorithm, string usage = "sign", string expires = "never", params string[] options)
    {
        Gpg([.. options, "--passphrase", "", "--quick-add-key", fingerprint, algorithm, usage, expires]);
        return Fingerprints().Last().Fingerprint;
    }

    public ReleaseKeyring Keyring(string fingerprint, bool armored = false) =>
        ReleaseKeyring.Parse("release.gpg", Gpg([.. (armored ? (string[])["--armor"] : []), "--export", fingerprint]));

    /// <summary>A binary OpenPGP signed message, as a release's signature is.</summary>
    public byte[] Sign(string fingerprint, string text, params string[] options) =>
        Gpg([.. options, "--local-user", fingerprint, "--sign"], Encoding.UTF8.GetBytes(text));

    public byte[] Gpg(string[] arguments, byte[]? input = null) =>
        Tool.Run("gpg", ["--homedir", _folder.Path, "--batch", "--yes", "--no-tty", "--pinentry-mode", "loopback", .. arguments], input);

    /// <summary>The status lines of gpgv, trusting one key alone.</summary>
    public string Gpgv(string fingerprint, byte[] message)
    {
        var (keys, signed) = (_folder.Sub("only.gpg"), _folder.Sub("message"));
        File.WriteAllBytes(keys, Gpg(["--export", fingerprint]));
        File.WriteAllBytes(signed, message);
        return Tool.Try("gpgv", ["--homedir", _folder.Path, "--status-fd", "1", "--keyring", keys, "--output", _folder.Sub("text-" + Guid.NewGuid()), signed]).Text;
    }

    public string RevocationOf(string fingerprint) => _folder.Sub($"openpgp-revocs.d/{fingerprint}.rev");

    public void Dispose()
    {
        Tool.Try("gpgconf", ["--homedir", _folder.Path, "--kill", "all"]);
        _folder.Dispose();
    }

    private (bool Primary, string Fingerprint)[] Fingerprints()
    {
        var found = new List<(bool, string)>();
        var primary = false;
        foreach (var fields in Encoding.UTF8.GetString(Gpg(["--with-colons", "--with-subkey-fingerprint", "--list-keys"])).Split('\n').Select(static line => line.Split(':')))
        {
            if (fields[0] is "pub" or "sub")
                primary = fields[0] == "pub";
            else if (fields[0] == "fpr")
                found.Add((primary, fields[9]));
        }
        return [.. found];
    }
}
