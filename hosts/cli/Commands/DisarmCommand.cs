using System.CommandLine;
using System.Text.Json;
using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Arming;

namespace Handcarry.Cli.Commands;

/// <summary><c>handcarry disarm</c>: this host as it was before <c>arm</c>.</summary>
internal sealed class DisarmCommand
{
    public const string Examples = """
        handcarry disarm --restart
        """;

    public DisarmCommand(Surroundings surroundings)
    {
        var options = new ArmingOptions(surroundings);
        var output = OutputOption.Create();
        Command = new Command("disarm", "Puts back what arm has changed. What somebody else has changed since then stays, and is named.") { output };
        options.AddHostTo(Command);
        options.AddStoreTo(Command);
        options.AddConfigTo(Command);
        Command.SetAction(async (parsed, cancellationToken) =>
        {
            var agent = options.Agent(parsed);
            var outcome = await DisarmAsync(options.Arming(parsed, agent), options.Store(parsed, agent), agent, cancellationToken);
            await surroundings.Out.WriteAsync(parsed.GetValue(output) == OutputOption.Json
                ? JsonSerializer.Serialize(outcome, ArmJson.Default.ArmingOutcome) + "\n"
                : ArmText.Of(outcome, "Nothing of arm is left on this host."));
            return ExitCode.Ok;
        });
    }

    public Command Command { get; }

    // An agent that arms its node by itself looks again as soon as the runtime is restarted, so it has to know before.
    private static async ValueTask<ArmingOutcome> DisarmAsync(NodeArming arming, string store, HandcarryOptions? agent, CancellationToken cancellationToken)
    {
        if (agent?.Arming.Arm == ClusterConfig.Options.ArmingOptions.ByAgent)
            arming.StayDisarmed(true);
        try
        {
            return await arming.DisarmAsync(store, cancellationToken);
        }
        catch (ArmingException)
        {
            arming.StayDisarmed(false);
            throw;
        }
    }
}
