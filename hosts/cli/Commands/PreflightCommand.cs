using System.CommandLine;
using System.Text.Json;
using Handcarry.Actors.Protocol;
using Handcarry.Cli.Connection;
using Handcarry.Cli.Rendering;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Cli.Commands;

/// <summary><c>handcarry preflight</c>: what the site would say of a bundle, without beginning anything.</summary>
internal sealed class PreflightCommand
{
    public const string Examples = """
        handcarry preflight upgrade-4.12.4-x86_64.tar
        handcarry preflight --medium
        handcarry preflight --strict upgrade-4.12.4-x86_64.tar && handcarry write upgrade-4.12.4-x86_64.tar /dev/sdb
        handcarry preflight upgrade-4.12.4-x86_64.tar -o json | jq -r '.bundles[].findings[] | "\(.severity) \(.reason) \(.subject)"'
        """;

    private static readonly CliJson Indented = new(new JsonSerializerOptions(CliJson.Default.Options) { WriteIndented = true });

    public PreflightCommand(Surroundings surroundings, Func<ConnectionSettings, CancellationToken, Task<IUpgradeApi>> connect)
    {
        var bundle = BundleArgument.Create(BundleArgument.FilesAndDevices);
        bundle.Arity = ArgumentArity.ZeroOrMore;
        var medium = new Option<bool>("--medium") { Description = "Judge what is plugged into the nodes instead." };
        var strict = new Option<bool>("--strict") { Description = "End with status 21 when there are warnings." };
        var connection = new ConnectionOptions();
        var output = OutputOption.Create(yaml: true);
        Command = new Command("preflight", "Shows everything that the site finds about a bundle before it would be used: refusals, warnings, and how the upgrade will go. Begins nothing; works at any time.");
        Command.Arguments.Add(bundle);
        Command.Options.Add(medium);
        Command.Options.Add(strict);
        connection.AddTo(Command);
        Command.Options.Add(output);
        Command.Validators.Add(result =>
        {
            if (result.GetValue(medium) == result.GetValue(bundle) is { Length: > 0 })
                result.AddError("preflight takes a bundle, or --medium for what is plugged into the nodes.");
        });
        Command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = connection.Resolve(parsed, surroundings);
            var paths = parsed.GetValue(medium) ? null : parsed.GetRequiredValue(bundle);
            var asked = new JudgeBundle(paths is null ? null : await FactsAsync(paths, cancellationToken));
            await using var api = await connect(settings, cancellationToken);
            var judgement = await api.JudgeAsync(asked, cancellationToken);
            if (paths is not null && judgement.Bundles.Any(judged => judged.Findings.Any(finding => finding.Reason == Reasons.FileDigestUnknown)))
                judgement = await api.JudgeAsync(new JudgeBundle(asked.Bundle! with { FileDigest = await DigestAsync(paths, cancellationToken) }), cancellationToken);
            await surroundings.Out.WriteLineAsync(parsed.GetValue(output) switch
            {
                OutputOption.Json => JsonSerializer.Serialize(judgement, Indented.Judgement),
                OutputOption.Yaml => YamlText.Of(JsonSerializer.Serialize(judgement, CliJson.Default.Judgement)).TrimEnd('\n'),
                _ => PreflightText.Of(judgement).TrimEnd('\n'),
            });
            return Status(judgement, parsed.GetValue(strict));
        });
    }

    public Command Command { get; }

    /// <summary>Its beginning and the release's signatures, some hundred kilobytes, are all that is read of it, unless the site has pinned the digest of a file.</summary>
    private static async Task<BundleFacts> FactsAsync(string[] paths, CancellationToken cancellationToken)
    {
        using var file = PartedFile.Open(PartNames.Find(paths));
        var bundle = await BundleFile.OpenAsync(file, new BundleLimits(), cancellationToken);
        return BundleFacts.Of(bundle.Metadata, bundle.ReadSignatures());
    }

    private static async Task<string> DigestAsync(string[] paths, CancellationToken cancellationToken)
    {
        using var file = PartedFile.Open(PartNames.Find(paths));
        await using var stream = file.OpenRead(0, file.Length);
        return (await BundleFileDigest.TakeAsync(stream, new BundleLimits(), cancellationToken)).Digest.ToString();
    }

    private static int Status(Judgement judgement, bool strict) =>
        judgement.Bundles.Count == 0 ? ExitCode.NotJudged
        : judgement.Bundles.All(bundle => bundle.Refusals > 0) ? ExitCode.BundleRefused
        : strict && judgement.Bundles.Any(bundle => bundle is { Refusals: 0, Warnings: > 0 }) ? ExitCode.Warned
        : ExitCode.Ok;
}
