using System.Diagnostics;

namespace Handcarry.Lab.Operator;

/// <summary>Opens OpenPGP signed messages with <c>gpgv</c>, which trusts exactly the keys of one keyring and nothing else.</summary>
internal sealed class OpenPgp(string gpgv)
{
    /// <summary>The text of a message that a key of the keyring has signed; null for any other message.</summary>
    public async Task<byte[]?> OpenAsync(byte[] message, string keyring, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("lab-signature-");
        try
        {
            var keys = Path.Combine(folder.FullName, "keys.gpg");
            var signed = Path.Combine(folder.FullName, "message");
            await File.WriteAllBytesAsync(keys, Dearmored(await File.ReadAllBytesAsync(keyring, cancellationToken)), cancellationToken);
            await File.WriteAllBytesAsync(signed, message, cancellationToken);
            return await RunAsync(folder.FullName, keys, signed, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<byte[]?> RunAsync(string folder, string keys, string signed, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(gpgv) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])["--homedir", folder, "--status-fd", "2", "--keyring", keys, "--output", "-", signed])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{gpgv} could not be started.");
        using var text = new MemoryStream();
        var said = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.StandardOutput.BaseStream.CopyToAsync(text, cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        var good = process.ExitCode == 0 && (await said).Contains("[GNUPG:] VALIDSIG ", StringComparison.Ordinal);
        return good ? text.ToArray() : null;
    }

    // gpgv wants a binary keyring; the keys of a release come armored (RFC 4880, section 6.2).
    private static byte[] Dearmored(byte[] keyring)
    {
        var text = System.Text.Encoding.ASCII.GetString(keyring);
        if (!text.Contains("-----BEGIN PGP", StringComparison.Ordinal))
            return keyring;
        using var keys = new MemoryStream();
        foreach (var block in text.Split("-----BEGIN PGP PUBLIC KEY BLOCK-----").Skip(1))
        {
            var lines = block.Split("-----END", 2)[0].Split('\n').Select(line => line.Trim()).ToArray();
            // Armor headers end at the first empty line; the last line is the checksum.
            var body = lines.SkipWhile(line => line.Length == 0).SkipWhile(line => line.Contains(':', StringComparison.Ordinal))
                .Where(line => line.Length > 0 && line[0] != '=');
            keys.Write(Convert.FromBase64String(string.Concat(body)));
        }
        return keys.ToArray();
    }
}
