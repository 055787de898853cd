using System.CommandLine;
using System.CommandLine.Help;
using System.Security.Cryptography;
using Handcarry.Cli.Connection;
using Handcarry.Streams.Content;

namespace Handcarry.Cli.Commands;

/// <summary>The command line of <c>handcarry</c>: parses, runs, and turns what went wrong into a sentence and an exit status.</summary>
internal sealed class CommandLine(Surroundings surroundings, Func<ConnectionSettings, CancellationToken, Task<IUpgradeApi>>? connect = null)
{
    private readonly Func<ConnectionSettings, CancellationToken, Task<IUpgradeApi>> _connect =
        connect ?? (async (settings, cancellationToken) => await AgentConnection.OpenAsync(settings, cancellationToken));

    public async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var status = new StatusCommand(surroundings, _connect).Command;
        var watch = new WatchCommand(surroundings, _connect).Command;
        var createBundle = new CreateBundleCommand(surroundings).Command;
        var createKey = new CreateKeyCommand(surroundings, RandomNumberGenerator.Create()).Command;
        var create = CreateCommand.Of(createBundle, createKey);
        var sign = new SignCommand(surroundings).Command;
        var inspect = new InspectCommand(surroundings).Command;
        var verify = new VerifyCommand(surroundings).Command;
        var root = new RootCommand("Carries OpenShift upgrades into clusters without a network.") { create, sign, inspect, verify, status, watch };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new FullHelp((HelpAction)help.Action!, new Dictionary<Command, string>
        {
            [root] = """
                export HANDCARRY_CONTACT=node-1,node-2 HANDCARRY_CA=ca.crt HANDCARRY_CERTIFICATE=me.crt HANDCARRY_KEY=me.key
                handcarry status
                """,
            [createBundle] = CreateBundleCommand.Examples,
            [createKey] = CreateKeyCommand.Examples,
            [sign] = SignCommand.Examples,
            [inspect] = InspectCommand.Examples,
            [verify] = VerifyCommand.Examples,
            [status] = StatusCommand.Examples,
            [watch] = WatchCommand.Examples,
        });
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
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
}
