using System.CommandLine;

namespace Handcarry.Cli.Commands;

/// <summary><c>handcarry create</c>: what can be made.</summary>
internal static class CreateCommand
{
    public static Command Of(params Command[] what)
    {
        var command = new Command("create", "Makes bundles, and keys to sign them.");
        foreach (var item in what)
            command.Subcommands.Add(item);
        return command;
    }
}
