using System.CommandLine;
using Handcarry.Cli.Connection;
using Handcarry.Cli.Rendering;

namespace Handcarry.Cli.Commands;

/// <summary><c>handcarry status</c>: one answer, one screen.</summary>
internal sealed class StatusCommand
{
    public const string Examples = """
        handcarry status --contact node-1 --ca ca.crt --certificate me.crt --key me.key
        handcarry status -o json | jq -r .status.phase
        """;

    public StatusCommand(Surroundings surroundings, Func<ConnectionSettings, CancellationToken, Task<IUpgradeApi>> connect)
    {
        var connection = new ConnectionOptions();
        var output = OutputOption.Create(yaml: true);
        Command = new Command("status", "Shows where the upgrade stands: phase, versions, and per node its stage, what it holds and what it waits for.");
        connection.AddTo(Command);
        Command.Add(output);
        Command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var api = await connect(connection.Resolve(parsed, surroundings), cancellationToken);
            var answer = await api.StatusAsync(cancellationToken);
            if (parsed.GetValue(output) == OutputOption.Json)
                await surroundings.Out.WriteLineAsync(StatusJson.Indented(answer.Status!));
            else if (parsed.GetValue(output) == OutputOption.Yaml)
                await surroundings.Out.WriteAsync(YamlText.Of(StatusJson.Line(answer.Status!)));
            else if (surroundings.IsTerminal)
                Terminal.On(surroundings.Out).Write(Terminal.Screen(StatusScreen.Of(answer)));
            else
                await surroundings.Out.WriteAsync(PlainText.Of(StatusScreen.Of(answer)));
            return ExitCode.Ok;
        });
    }

    public Command Command { get; }
}
