namespace Handcarry.Hosts.Node.Processes;

/// <summary>A program could not be started: it is not installed, or may not be executed.</summary>
public sealed class ProgramMissingException : Exception
{
    /// <summary>Makes one for <paramref name="program"/>.</summary>
    public ProgramMissingException(string program, Exception inner)
        : base($"{program} could not be started: {inner.Message}", inner) => Program = program;

    /// <summary>The program as it was asked for.</summary>
    public string Program { get; }
}
