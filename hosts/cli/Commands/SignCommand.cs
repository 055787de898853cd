using System.CommandLine;
using Handcarry.Cli.Rendering;
using Handcarry.Streams.Bundles;

namespace Handcarry.Cli.Commands;

/// <summary><c>handcarry sign</c>: vouches for a bundle.</summary>
internal sealed class SignCommand
{
    public const string Examples = """
        handcarry create key engineer.pem
        handcarry sign upgrade-4.12.4-x86_64.tar --key engineer.pem
        handcarry verify upgrade-4.12.4-x86_64.tar --trust-key engineer.pem.pub
        """;

    private readonly Surroundings _surroundings;

    public SignCommand(Surroundings surroundings)
    {
        _surroundings = surroundings;
        var bundle = BundleArgument.Create(BundleArgument.Files);
        var key = new SignKeyOption("--key", required: true);
        Command = new Command("sign", "Signs a bundle in place, and writes its .sha256 file anew. Several people may sign; who signs once more replaces his signature. What is on a device is not signed: sign the file, then write it.");
        Command.Arguments.Add(bundle);
        key.AddTo(Command);
        Command.SetAction(async (parsed, cancellationToken) =>
        {
            var paths = PartNames.Find(parsed.GetRequiredValue(bundle));
            var engineer = key.Resolve(parsed, surroundings)!;
            var signed = await SignAsync(paths, engineer, cancellationToken);
            await surroundings.Out.WriteLineAsync($"{PartNames.BundleOf(paths[0])}: {signed.Commitment} is signed by {string.Join(", ", signed.SignedBy.Select(static signature => signature.KeyId))}.");
            return ExitCode.Ok;
        });
    }

    public Command Command { get; }

    private async Task<BundleMetadata> SignAsync(IReadOnlyList<string> paths, Streams.Signatures.EngineerKey key, CancellationToken cancellationToken)
    {
        using var stages = StageProgress.On(_surroundings, json: false);
        using var stage = stages.Begin($"Hashing {paths[0]}", paths.Sum(static path => new FileInfo(path).Length));
        try
        {
            var signed = await BundleSigning.SignAsync(paths, key, new BundleLimits(), stage, cancellationToken);
            stage.Complete();
            return signed;
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new CliException(ExitCode.Interrupted, "Interrupted; the bundle is as it was.", e);
        }
    }
}
