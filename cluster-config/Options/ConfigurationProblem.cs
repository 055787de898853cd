namespace Handcarry.ClusterConfig.Options;

/// <summary>One thing that is wrong with the configuration.</summary>
/// <param name="Setting">Name of the setting, such as <c>node.name</c>; empty when the file as a whole cannot be read.</param>
/// <param name="Source">Where it was set: file and line, environment variable or flag; empty when it was set nowhere.</param>
/// <param name="Message">A sentence that says what is wrong and what is expected.</param>
public sealed record ConfigurationProblem(string Setting, string Source, string Message)
{
    /// <summary>The setting, where it was set, and what is wrong with it, in one line.</summary>
    public override string ToString() =>
        (Setting, Source) switch
        {
            ("", "") => Message,
            ("", _) => $"{Source}: {Message}",
            (_, "") => $"{Setting}: {Message}",
            _ => $"{Setting} ({Source}): {Message}",
        };
}
