using System.CommandLine;
using System.Text.Json;
using Handcarry.Cli.Rendering;
using Handcarry.Cli.Verification;
using Handcarry.Hosts.Node.Processes;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Bundles.Verification;
using Handcarry.Streams.Content;

namespace Handcarry.Cli.Commands;

/// <summary><c>handcarry verify</c>: everything that is wrong with a bundle.</summary>
internal sealed class VerifyCommand
{
    public const string Examples = """
        handcarry verify upgrade-4.12.4-x86_64.tar --keyring redhat.asc --trust-key engineer.pub --require-signature
        handcarry verify /dev/sdb
        handcarry verify upgrade-4.12.4-x86_64.tar.001 -o json | jq -r '.violations[] | "\(.reason) \(.offset)"'
        """;

    private static readonly CliJson Indented = new(new JsonSerializerOptions(CliJson.Default.Options) { WriteIndented = true });

    private readonly Surroundings _surroundings;

    public VerifyCommand(Surroundings surroundings)
    {
        _surroundings = surroundings;
        var bundle = BundleArgument.Create(BundleArgument.FilesAndDevices);
        var trust = new TrustOptions();
        var require = new Option<bool>("--require-signature") { Description = "A missing signature is a violation: of the release with --keyring, of an engineer with --trust-key." };
        var scratch = new Option<DirectoryInfo?>("--scratch") { Description = "Folder for what proving a sealed store needs meanwhile: next to nothing for root, else all layers unpacked. Default: the system's.", HelpName = "DIR" };
        var output = OutputOption.Create();
        Command = new Command("verify", "Reads all of a bundle once and lists everything that is wrong with it: the tar, every blob, the images, the sealed store, the signatures, and the .sha256 file beside it.");
        Command.Arguments.Add(bundle);
        trust.AddTo(Command);
        foreach (var option in new Option[] { require, scratch, output })
            Command.Options.Add(option);
        Command.Validators.Add(result =>
        {
            if (result.GetValue(require) && !trust.IsGiven(result))
                result.AddError("--require-signature needs to know whose: give --keyring, --trust-key or both.");
        });
        Command.SetAction(async (parsed, cancellationToken) =>
        {
            var paths = PartNames.Find(parsed.GetRequiredValue(bundle));
            var json = parsed.GetValue(output) == OutputOption.Json;
            var verified = await VerifyAsync(
                paths,
                new BundleVerifierOptions
                {
                    Keyrings = trust.Keyrings(parsed),
                    TrustedKeys = trust.Keys(parsed),
                    RequireSignature = parsed.GetValue(require),
                    Clock = surroundings.Clock,
                },
                parsed.GetValue(scratch)?.FullName,
                json,
                cancellationToken);
            await surroundings.Out.WriteLineAsync(json ? JsonSerializer.Serialize(verified, Indented.VerifiedBundle) : VerifyText.Of(verified));
            return verified.Violations.Count == 0 ? ExitCode.Ok
                : verified.Violations.All(static violation => ExitCode.Of(violation.Reason) == ExitCode.Signature) ? ExitCode.Signature
                : ExitCode.Invalid;
        });
    }

    public Command Command { get; }

    private async Task<VerifiedBundle> VerifyAsync(IReadOnlyList<string> paths, BundleVerifierOptions options, string? scratch, bool json, CancellationToken cancellationToken)
    {
        using var stages = StageProgress.On(_surroundings, json);
        using var file = PartedFile.Open(paths);
        try
        {
            var (checksums, unreadable) = Checksums(paths);
            using var stage = new LazyStage(stages, $"Verifying {paths[0]}");
            var found = await BundleVerifier.VerifyAsync(file, options with { Checksums = checksums, Progress = stage }, cancellationToken);
            stage.Complete();
            if (found.Bundle is { Inventory.SealedStore: { } store } bundle)
                found = await WithStoreAsync(found, bundle, bundle.Inventory.Blobs[store].Digest, file, scratch, stages, cancellationToken);
            return new VerifiedBundle(
                found.Bundle?.Metadata.Version, found.Bundle?.Metadata.Arch, found.Bundle?.Metadata.Commitment, paths, found.BytesRead, found.Sha256, [.. unreadable, .. found.Violations], found.Notes);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new CliException(ExitCode.Interrupted, "Interrupted before everything was read: whether the bundle is what it should be is not known.", e);
        }
    }

    // A list of checksums that cannot be read is one more violation, and no reason to see less of the others.
    private static (Sha256File? Checksums, IReadOnlyList<BundleViolation> Unreadable) Checksums(IReadOnlyList<string> paths)
    {
        try
        {
            return (Sha256File.Read(Sha256File.PathOf(paths)), []);
        }
        catch (ContentException e)
        {
            return (null, [new BundleViolation(e.Reason, e.Message)]);
        }
    }

    private async Task<BundleVerification> WithStoreAsync(
        BundleVerification found, BundleFile bundle, Digest store, PartedFile file, string? scratch, IStages stages, CancellationToken cancellationToken)
    {
        if (found.Violations.Any(violation => violation.Blob == store) || file.Length < bundle.Length)
            return found with { Notes = [.. found.Notes, "The sealed store is damaged, so it was not looked at any closer."] };
        // A run that was killed leaves its folder; the next one for the same bundle clears it away, where its name is known.
        var folder = scratch is null ? Directory.CreateTempSubdirectory("handcarry-verify-").FullName : Path.Combine(scratch, $".verify-{bundle.Metadata.Commitment.Short}");
        var (violations, notes) = await new StoreVerification(bundle, file, folder, new SystemProcessRunner(_surroundings.Clock), stages).RunAsync(cancellationToken);
        return found with { Violations = [.. found.Violations, .. violations], Notes = [.. found.Notes, .. notes] };
    }
}
