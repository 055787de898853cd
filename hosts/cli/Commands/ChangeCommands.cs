using System.CommandLine;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Cli.Connection;
using Handcarry.Cli.Rendering;

namespace Handcarry.Cli.Commands;

/// <summary><c>handcarry hold</c>, <c>release</c>, <c>cancel</c> and <c>retry</c>: what a person may change of an upgrade.</summary>
internal sealed class ChangeCommands
{
    public const string HoldExamples = "handcarry hold";
    public const string ReleaseExamples = "handcarry release";

    public const string CancelExamples = """
        handcarry cancel
        handcarry cancel --undo
        """;

    public const string RetryExamples = """
        handcarry retry node-3
        handcarry retry all
        """;

    private readonly Surroundings _surroundings;
    private readonly Func<ConnectionSettings, CancellationToken, Task<IUpgradeApi>> _connect;

    public ChangeCommands(Surroundings surroundings, Func<ConnectionSettings, CancellationToken, Task<IUpgradeApi>> connect)
    {
        (_surroundings, _connect) = (surroundings, connect);
        Hold = Simple("hold", "Prepares everything on every node and then waits, until release.", ClientVerb.Hold);
        Release = Simple("release", "Waits no longer: the upgrade is asked for as soon as every node is ready.", ClientVerb.Release);
        Cancel = CancelCommand();
        Retry = RetryCommand();
    }

    public Command Hold { get; }

    public Command Release { get; }

    public Command Cancel { get; }

    public Command Retry { get; }

    private Command Simple(string name, string description, ClientVerb verb)
    {
        var site = new SiteCommand(name, description, _surroundings, _connect);
        site.Does((api, parsed, cancellationToken) => AskAsync(site, api, parsed, [new ClientCommand(verb)], cancellationToken));
        return site.Command;
    }

    private Command CancelCommand()
    {
        var site = new SiteCommand("cancel", "Calls the upgrade off, as long as the cluster version operator has not begun. Nothing begins until it is taken back.", _surroundings, _connect);
        var undo = new Option<bool>("--undo") { Description = "Take it back." };
        site.Command.Add(undo);
        site.Does((api, parsed, cancellationToken) =>
            AskAsync(site, api, parsed, [new ClientCommand(ClientVerb.Cancel) { Undo = parsed.GetValue(undo) }], cancellationToken));
        return site.Command;
    }

    private Command RetryCommand()
    {
        var site = new SiteCommand("retry", "Has a node, or all of them, forget what has gone wrong and try again at once, for when you have put it right.", _surroundings, _connect);
        var node = new Argument<string>("NODE") { Description = "A node's name, or all." };
        site.Command.Add(node);
        site.Does(async (api, parsed, cancellationToken) =>
        {
            var name = parsed.GetRequiredValue(node);
            var nodes = name == "all" ? await Nodes.NamesAsync(api, cancellationToken) : [name];
            return await AskAsync(site, api, parsed, [.. nodes.Select(one => new ClientCommand(ClientVerb.Retry, one))], cancellationToken);
        });
        return site.Command;
    }

    /// <summary>A single refusal ends the command; of several each is told, and the exit status is that of the first.</summary>
    private static async Task<int> AskAsync(SiteCommand site, IUpgradeApi api, ParseResult parsed, IReadOnlyList<ClientCommand> commands, CancellationToken cancellationToken)
    {
        var said = new List<SaidByNode>();
        foreach (var command in commands)
        {
            var reply = await api.AskAsync(command, cancellationToken);
            if (commands.Count == 1 && reply.Reason.Length > 0)
                throw Answers.Refused(reply);
            said.Add(new SaidByNode(command.Node.Length > 0 ? command.Node : reply.Node, reply.Reason, reply.Message));
        }
        await site.WriteAsync<IReadOnlyList<SaidByNode>>(
            parsed, said, all => string.Concat(all.Select(one => one.Reason.Length == 0 ? $"{one.Message}\n" : $"{one.Node}: {one.Reason}: {one.Message}\n")));
        return said.FirstOrDefault(one => one.Reason.Length > 0) is { } refused ? ExitCode.Of(refused.Reason) : ExitCode.Ok;
    }
}
