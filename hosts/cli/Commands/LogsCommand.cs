using System.CommandLine;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Cli.Connection;
using Handcarry.Cli.Rendering;

namespace Handcarry.Cli.Commands;

/// <summary><c>handcarry logs NODE</c>: the last lines of an agent's log, without access to the node.</summary>
internal sealed class LogsCommand
{
    public const string Examples = """
        handcarry logs node-3
        handcarry logs node-3 --lines 50
        """;

    public LogsCommand(Surroundings surroundings, Func<ConnectionSettings, CancellationToken, Task<IUpgradeApi>> connect)
    {
        var site = new SiteCommand("logs", "Shows the last lines that a node's agent has logged since it started.", surroundings, connect);
        var node = new Argument<string>("NODE") { Description = "A node's name." };
        var lines = new Option<int>("--lines", "-n") { Description = "How many, 1 to 2000; fewer when they are long.", HelpName = "COUNT", DefaultValueFactory = _ => 200 };
        lines.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() is < 1 or > 2000)
                result.AddError("--lines takes 1 to 2000.");
        });
        site.Command.Add(node);
        site.Command.Add(lines);
        site.Does(async (api, parsed, cancellationToken) =>
        {
            var reply = await api.AnswerAsync(new ClientCommand(ClientVerb.Logs, parsed.GetRequiredValue(node)) { Lines = parsed.GetValue(lines) }, cancellationToken);
            await site.WriteAsync(parsed, new NodeLog(reply.Node, reply.Lines), log => string.Concat(log.Lines.Select(line => line + "\n")));
            return ExitCode.Ok;
        });
        Command = site.Command;
    }

    public Command Command { get; }
}
