using System.CommandLine;
using Handcarry.Streams.Signatures;

namespace Handcarry.Cli.Commands;

/// <summary>The private key with which a bundle is signed, and its passphrase: from a file, or asked for on the terminal.</summary>
internal sealed class SignKeyOption
{
    private readonly Option<FileInfo?> _key;
    private readonly Option<FileInfo?> _passphrase = new("--passphrase-file") { Description = "File with the key's passphrase; without it, it is asked for.", HelpName = "FILE" };

    public SignKeyOption(string name, bool required)
    {
        _key = new Option<FileInfo?>(name) { Description = "Private key that signs the bundle: PEM, PKCS#8, ECDSA P-256 or Ed25519.", HelpName = "FILE", Required = required };
    }

    public void AddTo(Command command)
    {
        command.Options.Add(_key);
        command.Options.Add(_passphrase);
    }

    /// <summary>The key; null when none is named.</summary>
    /// <exception cref="CliException">A file cannot be read, or there is nobody to ask.</exception>
    /// <exception cref="Streams.Content.ContentException">UnsupportedKey, WrongPassphrase.</exception>
    public EngineerKey? Resolve(ParseResult parsed, Surroundings surroundings)
    {
        if (parsed.GetValue(_key) is not { } file)
            return null;
        var passphrase = parsed.GetValue(_passphrase);
        return EngineerKey.Parse(TextFile.Read(file), () => passphrase is null ? Ask(file, surroundings) : TextFile.Read(passphrase).TrimEnd('\r', '\n'));
    }

    private static string Ask(FileInfo file, Surroundings surroundings)
    {
        if (Console.IsInputRedirected || !surroundings.IsErrorTerminal)
            throw new CliException(ExitCode.Usage, $"{file} is encrypted, and there is nobody to ask for its passphrase: give --passphrase-file.");
        surroundings.Error.Write($"Passphrase of {file}: ");
        var text = new System.Text.StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace)
                text.Length = Math.Max(0, text.Length - 1);
            else
                text.Append(key.KeyChar);
        }
        surroundings.Error.WriteLine();
        return text.ToString();
    }
}
