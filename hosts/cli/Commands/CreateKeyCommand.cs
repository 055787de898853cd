using System.CommandLine;
using System.Security.Cryptography;
using Handcarry.Streams.Content;
using Handcarry.Streams.Signatures;

namespace Handcarry.Cli.Commands;

/// <summary><c>handcarry create key</c>: a key to sign bundles with.</summary>
internal sealed class CreateKeyCommand
{
    public const string Examples = """
        handcarry create key engineer.pem
        handcarry create key engineer.pem --algorithm ecdsa-p256 --passphrase-file passphrase
        """;

    private const string Ed25519 = "ed25519", EcdsaP256 = "ecdsa-p256";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public CreateKeyCommand(Surroundings surroundings, RandomNumberGenerator random)
    {
        var path = new Argument<FileInfo>("out") { Description = "File for the private key; the public one goes beside it, with .pub added.", HelpName = "OUT" };
        var algorithm = new Option<string>("--algorithm") { Description = "Kind of the key.", HelpName = $"{Ed25519}|{EcdsaP256}", DefaultValueFactory = _ => Ed25519 };
        algorithm.AcceptOnlyFromAmong(Ed25519, EcdsaP256);
        var passphrase = new Option<FileInfo?>("--passphrase-file") { Description = "File with a passphrase that encrypts the private key.", HelpName = "FILE" };
        Command = new Command("key", "Makes a key that signs bundles: PEM, PKCS#8, readable by openssl. Files that are there are not overwritten.");
        Command.Arguments.Add(path);
        Command.Options.Add(algorithm);
        Command.Options.Add(passphrase);
        Command.SetAction(async (parsed, _) =>
        {
            var key = EngineerKey.Create(parsed.GetValue(algorithm) == EcdsaP256 ? EngineerSignature.EcdsaP256Sha256 : EngineerSignature.Ed25519, random);
            var target = parsed.GetRequiredValue(path).FullName;
            Write(target, parsed.GetValue(passphrase) is { } file ? key.ToPem(Passphrase(file), random) : key.ToPem(), key.PublicKey.ToPem());
            await surroundings.Out.WriteLineAsync($"{target} is the private key: whoever has it can sign bundles.\n{target}.pub is the public key {key.PublicKey.Id}: give it to the sites.");
            return ExitCode.Ok;
        });
    }

    public Command Command { get; }

    private static string Passphrase(FileInfo file)
    {
        var passphrase = TextFile.Read(file).TrimEnd('\r', '\n');
        return passphrase.Length > 0 ? passphrase : throw new CliException(ExitCode.Usage, $"{file} is empty; a passphrase is needed.");
    }

    // The public half first: when it cannot be written, no private key is left alone.
    private static void Write(string path, string privatePem, string publicPem)
    {
        foreach (var there in new[] { path, path + ".pub" }.Where(Path.Exists))
            throw new ContentException(Reasons.OutputExists, $"{there} is there already, and a key may be in it. Choose another name, or remove it.");
        try
        {
            WriteNew(path + ".pub", publicPem, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            WriteNew(path, privatePem, OwnerOnly);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ContentException(Reasons.WriteFailed, $"The key cannot be written: {e.Message}", e);
        }
    }

    private static void WriteNew(string path, string text, UnixFileMode mode)
    {
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode });
        file.Write(System.Text.Encoding.ASCII.GetBytes(text));
        file.Flush(flushToDisk: true);
    }
}
