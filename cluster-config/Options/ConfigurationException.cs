namespace Handcarry.ClusterConfig.Options;

/// <summary>The configuration cannot be used. Carries everything that is wrong with it, not only the first thing.</summary>
public sealed class ConfigurationException : Exception
{
    /// <summary>The stable reason word.</summary>
    public const string Reason = "InvalidConfiguration";

    /// <summary>Makes one of at least one problem.</summary>
    public ConfigurationException(IReadOnlyList<ConfigurationProblem> problems)
        : base(Describe(problems)) => Problems = problems;

    /// <summary>The problems, in the order of the settings.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; }

    private static string Describe(IReadOnlyList<ConfigurationProblem> problems) =>
        problems.Count == 1
            ? $"The configuration cannot be used: {problems[0]}"
            : $"The configuration cannot be used, for {problems.Count} reasons:" + string.Concat(problems.Select(p => $"\n  {p}"));
}
