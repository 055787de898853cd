namespace Handcarry.Hosts.Node.Processes;

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">0 for success by custom; 128 + n when signal n ended it.</param>
/// <param name="Output">Standard output, up to the limit of the command.</param>
/// <param name="OutputTruncated">True when there was more output than the limit.</param>
/// <param name="ErrorTail">The end of standard error, up to the limit of the command.</param>
public sealed record ProcessResult(int ExitCode, string Output, bool OutputTruncated, string ErrorTail)
{
    /// <summary>The last line of standard error that is not empty, for an error message; empty when there is none.</summary>
    public string LastErrorLine =>
        ErrorTail.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
}
