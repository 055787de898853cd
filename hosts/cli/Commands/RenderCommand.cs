using System.CommandLine;
using Handcarry.Hosts.Node.Arming;

namespace Handcarry.Cli.Commands;

/// <summary><c>handcarry render</c>: what an administrator can apply instead of <c>arm</c>.</summary>
internal sealed class RenderCommand
{
    public const string Examples = """
        handcarry render machine-config --pool worker > handcarry.yaml
        handcarry render storage-conf
        """;

    private static readonly Dictionary<string, RenderedFor> Forms = new(StringComparer.Ordinal)
    {
        ["storage-conf"] = RenderedFor.StorageConf,
        ["container-runtime-config"] = RenderedFor.ContainerRuntimeConfig,
        ["machine-config"] = RenderedFor.MachineConfig,
    };

    public RenderCommand(Surroundings surroundings)
    {
        var options = new ArmingOptions(surroundings);
        var form = new Argument<string>("FORM") { Description = "storage-conf, container-runtime-config or machine-config (with its NodeDisruptionPolicy)." };
        form.AcceptOnlyFromAmong([.. Forms.Keys]);
        var pool = new Option<string>("--pool") { Description = "The MachineConfigPool.", HelpName = "NAME", DefaultValueFactory = _ => "worker" };
        Command = new Command("render", "Prints what an administrator can apply instead of arm. Applies nothing.") { form, pool };
        options.AddSettingsTo(Command);
        Command.SetAction(async (parsed, _) =>
        {
            await surroundings.Out.WriteAsync(ArmingRendering.Of(Forms[parsed.GetRequiredValue(form)], options.Settings(parsed, options.Agent(parsed)), parsed.GetRequiredValue(pool)));
            return ExitCode.Ok;
        });
    }

    public Command Command { get; }
}
