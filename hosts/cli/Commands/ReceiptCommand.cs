using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Handcarry.Cli.Rendering;
using Handcarry.Streams.Content;
using Handcarry.Streams.Receipts;

namespace Handcarry.Cli.Commands;

/// <summary><c>handcarry receipt verify</c>: what a stick brought back.</summary>
internal sealed class ReceiptCommand
{
    public const string Examples = """
        handcarry receipt verify /media/HC-RECEIPT --ca site-ca.crt
        handcarry receipt verify handcarry-receipt.json --ca site-ca.crt --nonce 5f2b0c7e9a1d4c3b8e6f7a0b1c2d3e4f -o json
        """;

    public ReceiptCommand(Surroundings surroundings)
    {
        var path = new Argument<FileSystemInfo>("FILE") { Description = $"The receipt, or the folder with {ReceiptRequest.ReceiptFileName} in it: where the stick's small file system is mounted." };
        var ca = new Option<FileInfo>("--ca") { Description = "PEM file of the site's authority.", HelpName = "FILE", Required = true };
        var nonce = new Option<string?>("--nonce") { Description = "What handcarry write --receipt has said: a receipt of another stick is refused.", HelpName = "TEXT" };
        var output = OutputOption.Create();
        Verify = new Command("verify", "Shows what became of a bundle at a site, after making sure that an agent of that site has said so and that nobody has changed it.") { path, ca, nonce, output };
        Verify.SetAction(async (parsed, cancellationToken) =>
        {
            var file = Read(parsed.GetRequiredValue(path));
            var signed = SignedReceipt.Verify(file, Authorities(parsed.GetRequiredValue(ca)));
            if (parsed.GetValue(nonce) is { } expected && expected != signed.Receipt.Nonce)
                throw new ContentException(Reasons.InvalidReceipt, $"This is the receipt of another stick: its nonce is {signed.Receipt.Nonce}.");
            await surroundings.Out.WriteAsync(parsed.GetValue(output) == OutputOption.Json
                ? System.Text.Encoding.UTF8.GetString(signed.Receipt.ToJson()) + "\n"
                : ReceiptScreen.Of(signed));
            return ExitCode.Ok;
        });
        Command = new Command("receipt", "Receipts that sticks bring back from sites.") { Verify };
    }

    public Command Command { get; }

    public Command Verify { get; }

    private static byte[] Read(FileSystemInfo path)
    {
        var file = Directory.Exists(path.FullName) ? Path.Combine(path.FullName, ReceiptRequest.ReceiptFileName) : path.FullName;
        try
        {
            using var stream = File.OpenRead(file);
            if (stream.Length > SignedReceipt.MostBytes)
                throw new ContentException(Reasons.InvalidReceipt, $"{file} has more than {SignedReceipt.MostBytes} bytes, and is no receipt.");
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var why = Directory.Exists(path.FullName) && !File.Exists(file) ? "no site has written one yet" : e.Message.TrimEnd('.');
            throw new CliException(ExitCode.Usage, $"There is no receipt to read at {file}: {why}.", e);
        }
    }

    private static IReadOnlyCollection<X509Certificate2> Authorities(FileInfo file)
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(TextFile.Read(file));
            if (authorities.Count > 0)
                return [.. authorities];
        }
        catch (CryptographicException e)
        {
            throw new CliException(ExitCode.Usage, $"{file} cannot be read as certificates of authorities in PEM form: {e.Message}", e);
        }

        throw new CliException(ExitCode.Usage, $"{file} has no certificate in PEM form.");
    }
}
