using Handcarry.ClusterConfig.Options.Reading;

namespace Handcarry.ClusterConfig.Options;

/// <summary>Reads <see cref="HandcarryOptions"/>.</summary>
public static class HandcarryConfiguration
{
    /// <summary>Every setting this version knows, in the order of the sections.</summary>
    public static IReadOnlyList<SettingInfo> Settings { get; } = Binding.KnownSettings();

    /// <summary>
    /// Reads and checks the configuration. <paramref name="yamlPath"/> may be null: environment and flags can say everything.
    /// Of <paramref name="environment"/> only names that begin with <c>HANDCARRY__</c> count; of <paramref name="flags"/> each must be
    /// <c>--section.key=value</c>. An empty value means that it is not set there. Throws <see cref="ConfigurationException"/> with all problems.
    /// </summary>
    public static HandcarryOptions Load(string? yamlPath, IReadOnlyDictionary<string, string?> environment, IReadOnlyList<string> flags) => Load(yamlPath, environment, flags, whole: true);

    /// <summary>
    /// Reads what a file and the environment say of an agent for which a command is given on its node: what is set nowhere may be set in the agent's own environment, so nothing is
    /// required, and settings without a default may be null. Throws <see cref="ConfigurationException"/> with everything that is set wrong.
    /// </summary>
    public static HandcarryOptions LoadForCommand(string yamlPath, IReadOnlyDictionary<string, string?> environment) => Load(yamlPath, environment, [], whole: false);

    private static HandcarryOptions Load(string? yamlPath, IReadOnlyDictionary<string, string?> environment, IReadOnlyList<string> flags, bool whole)
    {
        var problems = new List<ConfigurationProblem>();
        var reader = new SettingReader(
            [FlagLayer.Read(flags, problems), EnvironmentLayer.Read(environment), YamlLayer.Read(yamlPath, problems)],
            problems);
        var options = Binding.Bind(reader);
        reader.ReportUnknown();
        if (!whole)
            problems.RemoveAll(static problem => problem.Source.Length == 0);
        return problems.Count == 0 ? options : throw new ConfigurationException(problems);
    }
}
