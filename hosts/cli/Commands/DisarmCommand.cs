using System.CommandLine;
using System.Text.Json;
using Handcarry.Actors.Node;
using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Arming;
using Handcarry.Hosts.Node.Storage.Sealed;

namespace Handcarry.Cli.Commands;

/// <summary><c>handcarry disarm</c>: this host as it was before <c>arm</c>.</summary>
internal sealed class DisarmCommand
{
    public const string Examples = """
        handcarry disarm --restart
        handcarry disarm --withdraw-stores --restart
        """;

    public DisarmCommand(Surroundings surroundings)
    {
        var options = new ArmingOptions(surroundings);
        var output = OutputOption.Create();
        var withdraw = new Option<bool>("--withdraw-stores") { Description = "First unmount the sealed stores of bundles, if nothing stands on them. Their files stay in the agent's folder." };
        Command = new Command("disarm", "Puts back what arm has changed. What somebody else has changed since then stays, and is named.") { withdraw, output };
        options.AddHostTo(Command);
        options.AddStoreTo(Command);
        options.AddConfigTo(Command);
        Command.SetAction(async (parsed, cancellationToken) =>
        {
            var agent = options.Agent(parsed);
            var stores = parsed.GetValue(withdraw) ? options.Stores(parsed, agent) : null;
            var outcome = await DisarmAsync(options.Arming(parsed, agent), options.Store(parsed, agent), stores, agent, cancellationToken);
            await surroundings.Out.WriteAsync(parsed.GetValue(output) == OutputOption.Json
                ? JsonSerializer.Serialize(outcome, ArmJson.Default.ArmingOutcome) + "\n"
                : ArmText.Of(outcome, "Nothing of arm is left on this host."));
            return ExitCode.Ok;
        });
    }

    public Command Command { get; }

    // The agent looks again as soon as the runtime is restarted, and publishes what is missing: so it has to know before.
    private static async ValueTask<ArmingOutcome> DisarmAsync(NodeArming arming, string store, SealedRetirement? stores, HandcarryOptions? agent, CancellationToken cancellationToken)
    {
        var staysDisarmed = arming.StayDisarmed(true);
        try
        {
            var found = stores is null ? new SealedWithdrawal([], []) : await stores.WithdrawAllAsync(cancellationToken);
            if (found.Staying.Count > 0)
                throw new ArmingException(ArmingReasons.StoreMounted, string.Join('\n', found.Staying));
            var outcome = await arming.DisarmAsync(store, cancellationToken);
            staysDisarmed = agent?.Arming.Arm == ClusterConfig.Options.ArmingOptions.ByAgent;
            return outcome with { Withdrawn = found.Withdrawn };
        }
        catch (LoadException e)
        {
            throw new CliException(ExitCode.Of(e.Reason), $"{e.Reason}: {e.Message}", e);
        }
        finally
        {
            arming.StayDisarmed(staysDisarmed);
        }
    }
}
