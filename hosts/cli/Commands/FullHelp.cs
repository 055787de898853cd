using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Handcarry.Cli.Commands;

/// <summary>The help that the library writes, then the command's examples and what the exit status means.</summary>
internal sealed class FullHelp(HelpAction inner, IReadOnlyDictionary<Command, string> examples) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        inner.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (examples.TryGetValue(parseResult.CommandResult.Command, out var text))
            output.WriteLine($"Examples:\n  {text.Replace("\n", "\n  ", StringComparison.Ordinal)}\n");
        output.WriteLine(ExitCode.Help);
        return ExitCode.Ok;
    }
}
