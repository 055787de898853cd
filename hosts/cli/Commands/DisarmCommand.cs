using System.CommandLine;
using System.Text.Json;

namespace Handcarry.Cli.Commands;

/// <summary><c>handcarry disarm</c>: this host as it was before <c>arm</c>.</summary>
internal sealed class DisarmCommand
{
    public const string Examples = """
        handcarry disarm --restart
        """;

    public DisarmCommand(Surroundings surroundings)
    {
        var options = new ArmingOptions();
        var output = OutputOption.Create();
        Command = new Command("disarm", "Puts back what arm has changed. What somebody else has changed since then stays, and is named.") { output };
        options.AddHostTo(Command);
        options.AddStoreTo(Command);
        Command.SetAction(async (parsed, cancellationToken) =>
        {
            var outcome = await options.Arming(parsed).DisarmAsync(options.Store(parsed), cancellationToken);
            await surroundings.Out.WriteAsync(parsed.GetValue(output) == OutputOption.Json
                ? JsonSerializer.Serialize(outcome, ArmJson.Default.ArmingOutcome) + "\n"
                : ArmText.Of(outcome, "Nothing of arm is left on this host."));
            return ExitCode.Ok;
        });
    }

    public Command Command { get; }
}
