using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using System.Security.Cryptography;
using Handcarry.Cli.Connection;
using Handcarry.Hosts.Node.Arming;
using Handcarry.Hosts.Node.Devices;
using Handcarry.Streams.Content;

namespace Handcarry.Cli.Commands;

/// <summary>The command line of <c>handcarry</c>: parses, runs, and turns what went wrong into a sentence and an exit status.</summary>
internal sealed class CommandLine(
    Surroundings surroundings,
    Func<ConnectionSettings, CancellationToken, Task<IUpgradeApi>>? connect = null,
    Func<DeviceFacts, IRawDevice>? open = null)
{
    private readonly Func<ConnectionSettings, CancellationToken, Task<IUpgradeApi>> _connect =
        connect ?? (async (settings, cancellationToken) => new RenewedToken(
            settings.Door is { } door ? await DoorConnection.OpenAsync(settings, door, cancellationToken) : await AgentConnection.OpenAsync(settings, cancellationToken),
            settings.Token));

    public async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var parsed = Parse(args);
        var suggests = parsed.GetResult(((RootCommand)parsed.RootCommandResult.Command).Directives.OfType<SuggestDirective>().Single()) is not null;
        if (parsed.Errors.Count > 0 && !suggests)
        {
            foreach (var error in parsed.Errors)
                await surroundings.Error.WriteLineAsync(error.Message);
            await surroundings.Error.WriteLineAsync("handcarry --help tells what there is.");
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { Output = surroundings.Out, Error = surroundings.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                cancellationToken);
        }
        catch (CliException e)
        {
            await surroundings.Error.WriteLineAsync(e.Message);
            return e.ExitCode;
        }
        catch (ContentException e)
        {
            await surroundings.Error.WriteLineAsync($"{e.Reason}: {e.Message}");
            return ExitCode.Of(e.Reason);
        }
        catch (ArmingException e)
        {
            await surroundings.Error.WriteLineAsync($"{e.Reason}: {e.Message}");
            return ExitCode.Of(e.Reason);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Ok;
        }
        catch (Exception e)
        {
            await surroundings.Error.WriteLineAsync($"Something unexpected happened, please report it: {e}");
            return ExitCode.Unexpected;
        }
    }

    /// <summary>What <paramref name="args"/> ask for; nothing is done.</summary>
    public ParseResult Parse(string[] args)
    {
        var status = new StatusCommand(surroundings, _connect).Command;
        var watch = new WatchCommand(surroundings, _connect).Command;
        var preflight = new PreflightCommand(surroundings, _connect).Command;
        var nodes = new NodesCommand(surroundings, _connect).Command;
        var events = new EventsCommand(surroundings, _connect).Command;
        var logs = new LogsCommand(surroundings, _connect).Command;
        var collect = new CollectCommand(surroundings, _connect).Command;
        var login = new LoginCommand(surroundings);
        var explain = new ExplainCommand(surroundings).Command;
        var change = new ChangeCommands(surroundings, _connect);
        var createBundle = new CreateBundleCommand(surroundings).Command;
        var createKey = new CreateKeyCommand(surroundings, RandomNumberGenerator.Create()).Command;
        var create = CreateCommand.Of(createBundle, createKey);
        var sign = new SignCommand(surroundings).Command;
        var inspect = new InspectCommand(surroundings).Command;
        var verify = new VerifyCommand(surroundings).Command;
        var write = new WriteCommand(surroundings, open: open).Command;
        var receipt = new ReceiptCommand(surroundings);
        var arm = new ArmCommand(surroundings).Command;
        var disarm = new DisarmCommand(surroundings).Command;
        var render = new RenderCommand(surroundings).Command;
        var completion = new CompletionCommand(surroundings).Command;
        HelpGroup[] groups =
        [
            new("At the site", status, watch, preflight, nodes, events, logs, explain, change.Hold, change.Release, change.Cancel, change.Retry, collect, login.Login, login.Logout),
            new("On the engineer's bench", create, sign, inspect, verify, write, receipt.Command),
            new("On a node", arm, disarm, render),
            new("For your shell", completion),
        ];
        var root = new RootCommand("Carries OpenShift upgrades into clusters without a network.");
        foreach (var command in groups.SelectMany(group => group.Commands))
            root.Add(command);
        var help = root.Options.OfType<HelpOption>().Single();

        // Else completion offers them where a path is wanted.
        help.Aliases.Remove("/?");
        help.Aliases.Remove("/h");
        help.Action = new FullHelp((HelpAction)help.Action!, groups, new Dictionary<Command, HelpPage>
        {
            [root] = new(
                """
                handcarry create bundle --version 4.12.4 --arch x86_64 --pull-secret pull.json
                handcarry write upgrade-4.12.4-x86_64.tar /dev/sdb
                handcarry login
                handcarry status
                """),
            [createBundle] = new(CreateBundleCommand.Examples),
            [createKey] = new(CreateKeyCommand.Examples),
            [sign] = new(SignCommand.Examples),
            [inspect] = new(InspectCommand.Examples),
            [verify] = new(VerifyCommand.Examples),
            [write] = new(WriteCommand.Examples, WriteCommand.Files),
            [receipt.Command] = new(ReceiptCommand.Examples),
            [receipt.Verify] = new(ReceiptCommand.Examples),
            [status] = new(StatusCommand.Examples, Environment: ConnectionOptions.Environment),
            [watch] = new(WatchCommand.Examples, Environment: ConnectionOptions.Environment),
            [preflight] = new(PreflightCommand.Examples, Environment: ConnectionOptions.Environment),
            [nodes] = new(NodesCommand.Examples, Environment: ConnectionOptions.Environment),
            [events] = new(EventsCommand.Examples, Environment: ConnectionOptions.Environment),
            [logs] = new(LogsCommand.Examples, Environment: ConnectionOptions.Environment),
            [explain] = new(ExplainCommand.Examples),
            [change.Hold] = new(ChangeCommands.HoldExamples, Environment: ConnectionOptions.Environment),
            [change.Release] = new(ChangeCommands.ReleaseExamples, Environment: ConnectionOptions.Environment),
            [change.Cancel] = new(ChangeCommands.CancelExamples, Environment: ConnectionOptions.Environment),
            [change.Retry] = new(ChangeCommands.RetryExamples, Environment: ConnectionOptions.Environment),
            [collect] = new(CollectCommand.Examples, CollectCommand.Files, ConnectionOptions.Environment),
            [login.Login] = new(LoginCommand.Examples, LoginCommand.Files, ConnectionOptions.LoginEnvironment),
            [login.Logout] = new(LoginCommand.LogoutExamples, LoginCommand.Files, ConnectionOptions.LoginEnvironment),
            [arm] = new(ArmCommand.Examples),
            [disarm] = new(DisarmCommand.Examples),
            [render] = new(RenderCommand.Examples),
            [completion] = new(CompletionCommand.Examples),
        });
        return root.Parse(args);
    }
}
