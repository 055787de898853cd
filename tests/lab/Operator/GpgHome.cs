using System.Diagnostics;
using System.Text;

namespace Handcarry.Lab.Tests.Operator;

/// <summary>A private GnuPG home with one signing key, made for one test.</summary>
internal sealed class GpgHome : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hc-gpg-");

    // The folder is its owner's alone, as gpg wants it.
    public GpgHome()
    {
        Run([], "--quick-gen-key", "--passphrase", "", "Lab <lab@example.com>", "ed25519", "sign", "never");
        ArmoredKeyring = Path.Combine(_folder.FullName, "verifier-public-key-lab.asc");
        File.WriteAllBytes(ArmoredKeyring, Run([], "--armor", "--export"));
        BinaryKeyring = Path.Combine(_folder.FullName, "verifier-public-key-lab.gpg");
        File.WriteAllBytes(BinaryKeyring, Run([], "--export"));
    }

    public static bool Available => new[] { "gpg", "gpgv" }.All(tool =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, tool))));

    public string ArmoredKeyring { get; }

    public string BinaryKeyring { get; }

    /// <summary>A binary OpenPGP signed message, as a release's signature is.</summary>
    public byte[] Sign(string text) => Run(Encoding.UTF8.GetBytes(text), "--sign");

    public byte[] SignRelease(string digest, string type = "atomic container signature") => Sign(
        $$$"""{"critical":{"type":"{{{type}}}","image":{"docker-manifest-digest":"{{{digest}}}"},"identity":{"docker-reference":"quay.io/openshift-release-dev/ocp-release:4.14.1-x86_64"}},"optional":{"creator":"lab","timestamp":1700000000}}""");

    public void Dispose()
    {
        // The agent that gpg has started belongs to this home alone.
        using (var kill = Process.Start(new ProcessStartInfo("gpgconf", ["--homedir", _folder.FullName, "--kill", "all"])))
            kill?.WaitForExit();
        _folder.Delete(recursive: true);
    }

    private byte[] Run(byte[] input, params string[] arguments)
    {
        var start = new ProcessStartInfo("gpg") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["--homedir", _folder.FullName, "--batch", "--yes", "--no-tty", "--pinentry-mode", "loopback", .. arguments])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return process.ExitCode == 0 ? output.ToArray() : throw new InvalidOperationException($"gpg failed: {said.Result}");
    }
}
