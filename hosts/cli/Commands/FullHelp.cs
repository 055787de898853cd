using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Handcarry.Cli.Commands;

/// <summary>
/// The help that the library writes, then the command's examples, files, environment and what the exit status means. That of <c>handcarry</c> itself
/// shows the commands in their groups.
/// </summary>
internal sealed class FullHelp(HelpAction inner, IReadOnlyList<HelpGroup> groups, IReadOnlyDictionary<Command, HelpPage> pages) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        var command = parseResult.CommandResult.Command;
        if (command is RootCommand)
            WriteGroups(output, command);
        else
            inner.Invoke(parseResult);
        if (pages.TryGetValue(command, out var page))
        {
            Write(output, "Examples", page.Examples);
            Write(output, "Files", page.Files);
            Write(output, "Environment", page.Environment);
        }
        output.WriteLine(ExitCode.Help);
        return ExitCode.Ok;
    }

    private static void Write(TextWriter output, string title, string text)
    {
        if (text.Length > 0)
            output.WriteLine($"{title}:\n  {text.Replace("\n", "\n  ", StringComparison.Ordinal)}\n");
    }

    private void WriteGroups(TextWriter output, Command root)
    {
        Write(output, "Description", root.Description!);
        Write(output, "Usage", "handcarry COMMAND [OPTIONS]\nhandcarry COMMAND --help");
        var width = groups.SelectMany(group => group.Commands).Max(command => command.Name.Length);
        foreach (var group in groups)
            Write(output, group.Title, string.Join('\n', group.Commands.Select(command => $"{command.Name.PadRight(width)}  {command.Description}")));
    }
}
