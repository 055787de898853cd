using System.CommandLine;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Cli.Connection;
using Handcarry.Cli.Rendering;
using Spectre.Console;

namespace Handcarry.Cli.Commands;

/// <summary><c>handcarry watch</c>: asks once a second and shows what changed, until it is interrupted.</summary>
internal sealed class WatchCommand
{
    public const string Examples = """
        handcarry watch --contact node-1 --contact node-2 --ca ca.crt --certificate me.crt --key me.key
        handcarry watch | tee upgrade.log
        """;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>Each node is asked for its events so often, and not at all where so many of them would be asked that it is felt.</summary>
    private static readonly TimeSpan EventsEvery = TimeSpan.FromSeconds(5);
    private const int MostAsked = 50;

    /// <summary>What happened so long before counts as the last event of a node.</summary>
    private static readonly TimeSpan EventsSince = TimeSpan.FromHours(24);

    private readonly Surroundings _surroundings;

    public WatchCommand(Surroundings surroundings, Func<ConnectionSettings, CancellationToken, Task<IUpgradeApi>> connect)
    {
        _surroundings = surroundings;
        var connection = new ConnectionOptions();
        var output = OutputOption.Create(yaml: true);
        Command = new Command("watch", "Follows the upgrade until interrupted: a screen that renews itself on a terminal, else a line for each change. With -o json an object a second on a line of its own, with -o yaml a document.");
        connection.AddTo(Command);
        Command.Add(output);
        Command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var api = await connect(connection.Resolve(parsed, surroundings), cancellationToken);
            var first = await api.StatusAsync(cancellationToken);
            if (parsed.GetValue(output) == OutputOption.Json)
                await FollowAsync(api, first, reply => _surroundings.Out.WriteLineAsync(StatusJson.Line(reply.Status!)), cancellationToken);
            else if (parsed.GetValue(output) == OutputOption.Yaml)
                await FollowAsync(api, first, reply => _surroundings.Out.WriteAsync("---\n" + YamlText.Of(StatusJson.Line(reply.Status!))), cancellationToken);
            else if (surroundings.IsTerminal)
                await ScreenAsync(api, first, cancellationToken);
            else
                await LinesAsync(api, first, cancellationToken);
            return ExitCode.Ok;
        });
    }

    public Command Command { get; }

    private async Task LinesAsync(IUpgradeApi api, ClientReply first, CancellationToken cancellationToken)
    {
        ClientReply? before = null;
        await FollowAsync(
            api,
            first,
            async reply =>
            {
                foreach (var line in Changes.Between(before, reply))
                    await _surroundings.Out.WriteLineAsync($"{_surroundings.Clock.GetLocalNow():HH:mm:ss} {line}");
                before = reply;
            },
            cancellationToken);
    }

    private async Task ScreenAsync(IUpgradeApi api, ClientReply first, CancellationToken cancellationToken)
    {
        var board = new WatchBoard(_surroundings.Clock);
        var events = new FactReader(api, _surroundings.Clock.GetUtcNow() - EventsSince);
        var asking = Task.CompletedTask;
        long? asked = null;
        try
        {
            await Terminal.On(_surroundings.Out).Live(Text.Empty).StartAsync(live => FollowAsync(
                api,
                first,
                reply =>
                {
                    // Beside, for a node that is silent takes its time to be so.
                    if (asking.IsCompleted && (asked is not { } at || _surroundings.Clock.GetElapsedTime(at) >= EventsEvery) && StatusScreen.Nodes(reply.Status!).Count() <= MostAsked)
                        (asked, asking) = (_surroundings.Clock.GetTimestamp(), HearAsync());
                    lock (board)
                        live.UpdateTarget(Terminal.Screen(board.Show(reply)));
                    return Task.CompletedTask;
                },
                cancellationToken));
        }
        finally
        {
            await asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task HearAsync()
        {
            try
            {
                var (facts, _) = await events.NextAsync(cancellationToken);
                lock (board)
                    board.Heard(facts);
            }
            catch (Exception e) when (e is CliException or OperationCanceledException)
            {
                // The status tells that nobody answers.
            }
        }
    }

    /// <summary>Agents restart during an upgrade: silence after the first answer is told once and waited out.</summary>
    private async Task FollowAsync(IUpgradeApi api, ClientReply first, Func<ClientReply, Task> show, CancellationToken cancellationToken)
    {
        await show(first);
        var silent = false;
        using var timer = new PeriodicTimer(Every, _surroundings.Clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                await show(await api.StatusAsync(cancellationToken));
                silent = false;
            }
            catch (CliException e) when (e.ExitCode == ExitCode.NoAgent)
            {
                if (!silent)
                    await _surroundings.Error.WriteLineAsync("No agent answers at the moment; still trying.");
                silent = true;
            }
        }
    }
}
