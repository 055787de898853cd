using System.CommandLine;
using System.Text.Json;
using Handcarry.Cli.Rendering;
using Handcarry.Cli.Verification;
using Handcarry.Streams.Bundles;

namespace Handcarry.Cli.Commands;

/// <summary><c>handcarry inspect</c>: what a bundle says of itself.</summary>
internal sealed class InspectCommand
{
    public const string Examples = """
        handcarry inspect upgrade-4.12.4-x86_64.tar
        handcarry inspect /dev/sdb --keyring redhat.asc --trust-key engineer.pub
        handcarry inspect upgrade-4.12.4-x86_64.tar.001 --images -o json | jq -r '.imageList[].name'
        """;

    private static readonly CliJson Indented = new(new JsonSerializerOptions(CliJson.Default.Options) { WriteIndented = true });

    public InspectCommand(Surroundings surroundings)
    {
        var bundle = BundleArgument.Create(BundleArgument.FilesAndDevices);
        var trust = new TrustOptions();
        var images = new Option<bool>("--images") { Description = "List all images." };
        var output = OutputOption.Create();
        Command = new Command("inspect", "Shows what a bundle says of itself. Reads its beginning only; verify reads everything.");
        Command.Arguments.Add(bundle);
        trust.AddTo(Command);
        Command.Options.Add(images);
        Command.Options.Add(output);
        Command.SetAction(async (parsed, cancellationToken) =>
        {
            using var file = PartedFile.Open(PartNames.Find(parsed.GetRequiredValue(bundle)));
            var inspected = await new BundleInspection(trust.Keyrings(parsed), trust.Keys(parsed), surroundings.Clock)
                .RunAsync(file, parsed.GetValue(images), cancellationToken);
            if (parsed.GetValue(output) == OutputOption.Json)
                await surroundings.Out.WriteLineAsync(JsonSerializer.Serialize(inspected, Indented.InspectedBundle));
            else
                await surroundings.Out.WriteAsync(PlainText.Of(InspectScreen.Of(inspected)));
            return ExitCode.Ok;
        });
    }

    public Command Command { get; }
}
