using System.CommandLine;
using Handcarry.Cli.Connection;
using Handcarry.Cli.Rendering;

namespace Handcarry.Cli.Commands;

/// <summary><c>handcarry nodes</c>: a line for each node.</summary>
internal sealed class NodesCommand
{
    public const string Examples = """
        handcarry nodes
        handcarry nodes -o json | jq -r '.[] | select(.reason != "") | .node'
        """;

    public NodesCommand(Surroundings surroundings, Func<ConnectionSettings, CancellationToken, Task<IUpgradeApi>> connect)
    {
        var site = new SiteCommand("nodes", "Lists the nodes: stage, what each holds, its media, and what is wrong.", surroundings, connect);
        site.Does(async (api, parsed, cancellationToken) =>
        {
            var answer = await api.StatusAsync(cancellationToken);
            var screen = StatusScreen.Of(answer);
            await site.WriteAsync(parsed, answer.Status!.Reports, _ => TextTable.Of(screen.Columns, screen.Rows));
            return ExitCode.Ok;
        });
        Command = site.Command;
    }

    public Command Command { get; }
}
