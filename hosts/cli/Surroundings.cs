using System.Collections;

namespace Handcarry.Cli;

/// <summary>What a command sees of the process it runs in.</summary>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="IsTerminal">Whether a person looks at standard output.</param>
/// <param name="Environment">The environment.</param>
/// <param name="Clock">The time.</param>
internal sealed record Surroundings(
    TextWriter Out,
    TextWriter Error,
    bool IsTerminal,
    IReadOnlyDictionary<string, string> Environment,
    TimeProvider Clock)
{
    /// <summary>Standard input.</summary>
    public TextReader In { get; init; } = TextReader.Null;

    /// <summary>Whether a person can answer on standard input.</summary>
    public bool IsInputTerminal { get; init; }

    /// <summary>Whether a person looks at standard error, where progress and questions go.</summary>
    public bool IsErrorTerminal { get; init; }

    public static Surroundings OfThisProcess() => new(
        Console.Out,
        Console.Error,
        !Console.IsOutputRedirected,
        System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal),
        TimeProvider.System)
    {
        In = Console.In,
        IsInputTerminal = !Console.IsInputRedirected,
        IsErrorTerminal = !Console.IsErrorRedirected,
    };
}
