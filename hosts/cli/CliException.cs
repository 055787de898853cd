namespace Handcarry.Cli;

/// <summary>Ends the command with a sentence and an exit status.</summary>
internal sealed class CliException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;
}
