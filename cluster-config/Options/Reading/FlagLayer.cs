namespace Handcarry.ClusterConfig.Options.Reading;

/// <summary><c>--node.name=x</c> means <c>node.name</c>. A flag given more than once makes a list.</summary>
internal static class FlagLayer
{
    public static Layer Read(IReadOnlyList<string> flags, List<ConfigurationProblem> problems)
    {
        var values = new Dictionary<string, RawValue>(StringComparer.Ordinal);
        foreach (var flag in flags)
        {
            var equals = flag.IndexOf('=', StringComparison.Ordinal);
            if (!flag.StartsWith("--", StringComparison.Ordinal) || equals < 3)
            {
                problems.Add(new ConfigurationProblem("", "", $"The argument \"{flag}\" is not understood; a setting is given as --section.key=value."));
                continue;
            }

            var key = flag[2..equals];
            var value = flag[(equals + 1)..];
            values[key] = values.TryGetValue(key, out var earlier)
                ? new RawValue([.. earlier.Items, value], true, earlier.Source)
                : new RawValue([value], false, $"flag --{key}");
        }

        return new Layer(values);
    }
}
