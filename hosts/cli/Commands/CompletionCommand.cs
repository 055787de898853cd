using System.CommandLine;
using Handcarry.Cli.Completion;

namespace Handcarry.Cli.Commands;

/// <summary><c>handcarry completion</c>: a script for the shell.</summary>
internal sealed class CompletionCommand
{
    public const string Examples = """
        . <(handcarry completion bash)
        handcarry completion bash > /etc/bash_completion.d/handcarry
        handcarry completion zsh > ~/.zfunc/_handcarry
        handcarry completion fish > ~/.config/fish/completions/handcarry.fish
        """;

    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = CompletionScript.Bash,
        ["zsh"] = CompletionScript.Zsh,
        ["fish"] = CompletionScript.Fish,
    };

    public CompletionCommand(Surroundings surroundings)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        Command = new Command("completion", "Prints a script that teaches a shell to complete this command's words.") { shell };
        Command.SetAction(async (parsed, _) =>
        {
            await surroundings.Out.WriteLineAsync(Scripts[parsed.GetRequiredValue(shell)]);
            return ExitCode.Ok;
        });
    }

    public Command Command { get; }
}
