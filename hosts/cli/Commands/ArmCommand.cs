using System.CommandLine;
using System.Text.Json;
using Handcarry.Hosts.Node.Arming;

namespace Handcarry.Cli.Commands;

/// <summary><c>handcarry arm</c>: this host's container runtime finds the images of bundles.</summary>
internal sealed class ArmCommand
{
    public const string Examples = """
        handcarry arm --dry-run
        handcarry arm --restart
        handcarry arm --root /host -o json
        """;

    public ArmCommand(Surroundings surroundings)
    {
        var options = new ArmingOptions(surroundings);
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be changed, and what is in the way. Changes nothing." };
        var output = OutputOption.Create();
        Command = new Command("arm", "Has this host's container runtime find the images of bundles; disarm undoes it exactly.") { dryRun, output };
        options.AddHostTo(Command);
        options.AddSettingsTo(Command);
        Command.SetAction(async (parsed, cancellationToken) =>
        {
            var json = parsed.GetValue(output) == OutputOption.Json;
            var agent = options.Agent(parsed);
            var facts = options.Facts(parsed, agent);
            var plan = ArmingPlanner.Plan(facts, options.Settings(parsed, agent));
            var arming = options.Arming(parsed, agent);
            if (parsed.GetValue(dryRun))
            {
                var missing = arming.Missing(plan);
                var found = new DryRun(facts.Runtime, [.. missing.Select(change => change.Path)], missing.Count > 0 ? plan.Services : [], plan.Refusals);
                await surroundings.Out.WriteAsync(json ? JsonSerializer.Serialize(found, ArmJson.Default.DryRun) + "\n" : ArmText.Of(found));
                return plan.Refusals.Count > 0 ? ExitCode.Of(plan.Refusals[0].Reason) : ExitCode.Ok;
            }
            var outcome = await arming.ArmAsync(plan, cancellationToken);
            await surroundings.Out.WriteAsync(json ? JsonSerializer.Serialize(outcome, ArmJson.Default.ArmingOutcome) + "\n" : ArmText.Of(outcome, "This host is armed already."));
            return ExitCode.Ok;
        });
    }

    public Command Command { get; }
}
