namespace Handcarry.Hosts.Node.Processes;

/// <summary>A program and how it is to be run. There is never a shell in between: an argument is one argument, whatever is in it.</summary>
/// <param name="Program">Absolute path, or a name to be looked up in PATH.</param>
/// <param name="Arguments">Its arguments, one by one.</param>
public sealed record ProcessCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>The environment besides PATH. Nothing else is inherited: the agent's settings are no business of a tool.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>How long it may run.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Bytes of standard output that are kept; what comes after is read and dropped.</summary>
    public int MaxOutput { get; init; } = 1 << 20;

    /// <summary>Bytes of standard error that are kept, the last ones.</summary>
    public int MaxErrorTail { get; init; } = 16 << 10;
}
